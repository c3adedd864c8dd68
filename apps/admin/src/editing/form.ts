/**
 * A form over something saved that several people may edit. Its fields are named by the pointers of the REST contract
 * (RFC 6901), so that the server's problems find their place; they are compared one by one.
 */
import type { Problem } from '@belfry/domain';
import type { Side } from './side-choice.js';

/** The value of a field: a text, a toggle, or a list. */
export type FieldValue = string | null | boolean | readonly string[];

/** What a form edits: `Saved` is what the API answers, `Draft` what a person is typing. */
export interface Form<Saved, Draft> {
  /** The draft in which nothing has been changed. */
  draftOf(saved: Saved): Draft;
  /** The draft as the API takes it. */
  changeOf(draft: Draft): object;
  /** Every field with the value that saving the draft would give it. */
  fieldsOf(draft: Draft): ReadonlyMap<string, FieldValue>;
  /** The first draft with these fields of the second. */
  withFields(draft: Draft, other: Draft, fields: readonly string[]): Draft;
}

/** The fields that differ between two drafts. */
export function changedFields<Draft>(
  form: Form<never, Draft>,
  before: Draft,
  after: Draft,
): readonly string[] {
  const others = form.fieldsOf(after);
  return [...form.fieldsOf(before)].flatMap(([field, value]) =>
    JSON.stringify(value) === JSON.stringify(others.get(field) ?? null) ? [] : [field],
  );
}

/** A field that I changed, or someone else did, or both. */
export interface Difference {
  readonly field: string;
  readonly mine: FieldValue;
  readonly theirs: FieldValue;
  /** The side that changed it where only one did; null where both did, and someone must choose. */
  readonly suggestion: Side | null;
}

/** The fields in which my draft and theirs differ; `base` is what both began with. */
export function differences<Draft>(
  form: Form<never, Draft>,
  base: Draft,
  mine: Draft,
  theirs: Draft,
): readonly Difference[] {
  const mineFields = form.fieldsOf(mine);
  const theirFields = form.fieldsOf(theirs);
  const byMe = new Set(changedFields(form, base, mine));
  const byThem = new Set(changedFields(form, base, theirs));
  return changedFields(form, mine, theirs).map((field) => ({
    field,
    mine: mineFields.get(field) ?? null,
    theirs: theirFields.get(field) ?? null,
    suggestion: byMe.has(field) ? (byThem.has(field) ? null : 'mine') : 'theirs',
  }));
}

/** What was typed while a save was on its way, on top of what came back; null where nothing was. */
export function editedSince<Draft>(
  form: Form<never, Draft>,
  sent: Draft,
  now: Draft,
  saved: Draft,
): Draft | null {
  const edited = changedFields(form, sent, now);
  return edited.length === 0 ? null : form.withFields(saved, now, edited);
}

/** The problem of each field that has one. */
export type FieldProblems = ReadonlyMap<string, string>;

/** The first problem of each field; one of an entry counts for the whole list. */
export function byField(problems: readonly Problem[]): FieldProblems {
  const found = new Map<string, string>();
  for (const { pointer, message } of problems) {
    const field = pointer.replace(/(\/email_subscribers)\/\d+$/, '$1');
    if (!found.has(field)) found.set(field, message);
  }
  return found;
}
