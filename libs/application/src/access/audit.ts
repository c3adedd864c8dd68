/** What the audit log keeps of a change: who, what, and the old and new values without secrets. */
import { maskWebhookUrl } from '@belfry/domain';
import { newId } from '../identifiers.js';
import type { AuditEntry, AuditedChange } from '../ports/audit-log.js';
import type { Principal } from './principal.js';

/** A value of JSON. */
type Json = unknown;

/** Fields whose value is masked before it is kept, by the last part of their pointer. */
const masks: Readonly<Record<string, (value: string) => string>> = { webhook_url: maskWebhookUrl };

/** Makes an entry: what this actor did, with what differs between the two states. */
export function auditEntry(
  actor: Pick<Principal, 'kind' | 'id'>,
  action: AuditEntry['action'],
  before: Json,
  after: Json,
): AuditEntry {
  return {
    entryId: newId(),
    actor: { kind: actor.kind, id: actor.id },
    action,
    changes: differences(before, after, ''),
  };
}

/** The leaves that differ, each with its pointer (RFC 6901); a list is one leaf. */
function differences(before: Json, after: Json, pointer: string): AuditedChange[] {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], `${pointer}/${key}`));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const mask = masks[pointer.slice(pointer.lastIndexOf('/') + 1)];
  const shown = (value: Json) =>
    typeof value === 'string' && mask !== undefined ? mask(value) : (value ?? null);
  // What was made or taken away as a whole is shown field by field, so that masks find their fields.
  if (isObject(after) && before == null) return differences({}, after, pointer);
  if (isObject(before) && after == null) return differences(before, {}, pointer);
  return [{ pointer, before: shown(before), after: shown(after) }];
}

function isObject(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
