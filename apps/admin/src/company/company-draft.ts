/** The Company tab's fields while they are being edited, and what differs between two states of them. */
import type { AccountAnswer } from '../api/wire.js';
import type { Side } from '../display/side-choice.js';

/** What can be typed on the tab. */
export interface CompanyDraft {
  readonly name: string;
  readonly contactName: string;
  readonly contactEmail: string;
}

/** One of its fields. */
export type CompanyField = keyof CompanyDraft;

/** The pointers of the fields in the REST contract. */
export const companyPointers = {
  name: '/account_name',
  contactName: '/primary_contact/name',
  contactEmail: '/primary_contact/email',
} as const satisfies Record<CompanyField, string>;

const fields = Object.keys(companyPointers) as CompanyField[];

/** The draft in which nothing has been changed. */
export function draftOf(account: AccountAnswer): CompanyDraft {
  const { name, email } = account.primary_contact;
  return { name: account.account_name, contactName: name ?? '', contactEmail: email };
}

/** What is sent to save a draft. */
export function changeOf({ name, contactName, contactEmail }: CompanyDraft) {
  return {
    account_name: name,
    primary_contact: { name: contactName.trim() === '' ? null : contactName, email: contactEmail },
  };
}

/** The fields that are not the same in both. */
export function changedFields(one: CompanyDraft, other: CompanyDraft): readonly CompanyField[] {
  return fields.filter((field) => one[field] !== other[field]);
}

/** What was typed while a save was on its way, on top of what came back; null where nothing was. */
export function editedSince(sent: CompanyDraft, now: CompanyDraft, saved: CompanyDraft): CompanyDraft | null {
  const edited = changedFields(sent, now);
  return edited.length === 0 ? null : withFields(saved, now, edited);
}

/** A field that I changed, or somebody else did, or both. */
export interface CompanyDifference {
  readonly field: CompanyField;
  /** The side that changed it where only one did; null where both did, and somebody must choose. */
  readonly suggestion: Side | null;
}

/** The fields in which my draft and what was saved meanwhile differ; `base` is what the draft began with. */
export function differences(
  base: CompanyDraft,
  mine: CompanyDraft,
  theirs: CompanyDraft,
): readonly CompanyDifference[] {
  const byMe = changedFields(base, mine);
  const byThem = changedFields(base, theirs);
  return changedFields(mine, theirs).map((field) => ({
    field,
    suggestion: byMe.includes(field) ? (byThem.includes(field) ? null : 'mine') : 'theirs',
  }));
}

/** The first draft with these fields of the second. */
export function withFields(
  draft: CompanyDraft,
  other: CompanyDraft,
  taken: readonly CompanyField[],
): CompanyDraft {
  return { ...draft, ...Object.fromEntries(taken.map((field) => [field, other[field]])) };
}
