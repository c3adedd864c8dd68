/** What differs between settings: mine against what was there, and mine against what somebody else saved meanwhile. */
import type { SettingsAnswer } from '../api/wire.js';
import type { Side } from '../display/side-choice.js';
import {
  changeOf,
  draftOf,
  subscribersPointer,
  togglePointer,
  urlPointer,
  withEvent,
  type SettingsDraft,
} from './draft.js';

/** The value of a field: a URL, a toggle, or a list of addresses. */
export type FieldValue = string | null | boolean | readonly string[];

/** What is compared: the parts of settings that a person sets. */
type Comparable = Pick<SettingsAnswer, 'webhook_url' | 'events'>;

/** Every field with its value, by pointer. */
function fieldsOf(settings: Comparable): ReadonlyMap<string, FieldValue> {
  const fields = new Map<string, FieldValue>([[urlPointer, settings.webhook_url]]);
  for (const [key, event] of Object.entries(settings.events)) {
    fields.set(togglePointer(key), event.send_webhook);
    fields.set(subscribersPointer(key), event.email_subscribers);
  }
  return fields;
}

/** The pointers of the fields that are not the same in both. */
export function changedFields(before: Comparable, after: Comparable): readonly string[] {
  const others = fieldsOf(after);
  return [...fieldsOf(before)].flatMap(([pointer, value]) =>
    isSame(value, others.get(pointer) ?? null) ? [] : [pointer],
  );
}

/** The pointers of the fields that a draft changes. */
export function unsavedChanges(base: SettingsAnswer, draft: SettingsDraft): readonly string[] {
  return changedFields(base, changeOf(draft));
}

/** A field that I changed, or somebody else did, or both. */
export interface Difference {
  readonly pointer: string;
  readonly mine: FieldValue;
  readonly theirs: FieldValue;
  /** The side that changed it where only one did; null where both did, and somebody must choose. */
  readonly suggestion: Side | null;
}

/** The fields in which my draft and what was saved meanwhile differ; `base` is what the draft began with. */
export function differences(
  base: SettingsAnswer,
  draft: SettingsDraft,
  theirs: SettingsAnswer,
): readonly Difference[] {
  const mine = changeOf(draft);
  const mineFields = fieldsOf(mine);
  const theirFields = fieldsOf(theirs);
  const byMe = new Set(changedFields(base, mine));
  const byThem = new Set(changedFields(base, theirs));
  return changedFields(mine, theirs).map((pointer) => ({
    pointer,
    mine: mineFields.get(pointer) ?? null,
    theirs: theirFields.get(pointer) ?? null,
    suggestion: byMe.has(pointer) ? (byThem.has(pointer) ? null : 'mine') : 'theirs',
  }));
}

/** The draft that begins with theirs and has, in the fields chosen so, my values. */
export function combine(
  theirs: SettingsAnswer,
  mine: SettingsDraft,
  choices: ReadonlyMap<string, Side>,
): SettingsDraft {
  const isMine = (pointer: string) => choices.get(pointer) === 'mine';
  let combined = draftOf(theirs);
  if (isMine(urlPointer)) combined = { ...combined, webhookUrl: mine.webhookUrl };
  for (const [key, event] of Object.entries(mine.events)) {
    if (isMine(togglePointer(key))) combined = withEvent(combined, key, { sendWebhook: event.sendWebhook });
    if (isMine(subscribersPointer(key))) {
      combined = withEvent(combined, key, { subscribers: event.subscribers, typed: event.typed });
    }
  }
  return combined;
}

/**
 * What is left to save once `sent` is saved as `answer`: `current` as far as it was edited while the save was on its way;
 * null where nothing was.
 */
export function editedSince(
  sent: SettingsDraft,
  current: SettingsDraft,
  answer: SettingsAnswer,
): SettingsDraft | null {
  const edited = changedFields(changeOf(sent), changeOf(current));
  if (edited.length === 0) return null;
  return combine(answer, current, new Map(edited.map((pointer) => [pointer, 'mine'])));
}

function isSame(one: FieldValue, other: FieldValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
