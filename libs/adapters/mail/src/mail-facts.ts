/**
 * What a mail says, derived from the catalogue's entry and the payload: nothing here knows any event type by name, so
 * that a new entry of the catalogue is all that a new kind of mail needs.
 */
import type { EventType } from '@belfry/domain';
import { readableTime } from './readable-time.js';

/** An event's payload, parsed. */
export type Payload = Readonly<Record<string, string | number>>;

/** One row of a mail's table. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  /** What stands beside the value in a quieter voice: the id of what is named, the exact form of a time. */
  readonly detail?: string;
}

/** A link of an event type, as a button. */
export interface LinkButton {
  readonly label: string;
  /** An http or https URL. */
  readonly url: string;
}

/** The event type's own fields in the catalogue's order, then where and when it happened. */
export function factsOf(type: EventType, payload: Payload): Fact[] {
  const facts: Fact[] = [];
  for (const [name, field] of Object.entries(type.fields)) {
    const value = payload[name];
    if (value === undefined || (field.link !== undefined && webUrl(value) !== null)) continue;
    if (name.endsWith('_id') && named(name, '_id', '_name', payload) !== undefined) continue;
    const id = name.endsWith('_name') ? named(name, '_name', '_id', payload) : undefined;
    facts.push({
      label: field.label,
      value: String(value),
      ...(id === undefined ? {} : { detail: `id ${String(id)}` }),
    });
  }
  const timestamp = String(payload['timestamp']);
  facts.push(
    { label: 'Environment', value: String(payload['environment']) },
    {
      label: 'Account',
      value: String(payload['account_name']),
      detail: `id ${String(payload['account_id'])}`,
    },
    { label: 'Time', value: readableTime(timestamp), detail: timestamp },
  );
  return facts;
}

/** The event type's links that the payload holds: the first one into the admin dashboard before the others. */
export function linksOf(type: EventType, payload: Payload): LinkButton[] {
  const links = Object.entries(type.fields).flatMap(([name, field]) => {
    const url = field.link === undefined ? null : webUrl(payload[name]);
    return url === null ? [] : [{ label: field.label, url, site: field.link!.site }];
  });
  const first = Math.max(
    links.findIndex(({ site }) => site === 'admin'),
    0,
  );
  return [...links.slice(first, first + 1), ...links.slice(0, first), ...links.slice(first + 1)].map(
    ({ label, url }) => ({ label, url }),
  );
}

/**
 * The text if it is an http or https URL, or null. Validation lets nothing else into a link field; a mail is where a
 * `javascript:` that slipped through would be clicked, so it is looked at again.
 */
export function webUrl(value: unknown): string | null {
  if (typeof value !== 'string' || !URL.canParse(value)) return null;
  return ['http:', 'https:'].includes(new URL(value).protocol) ? value : null;
}

function named(
  field: string,
  ending: string,
  otherEnding: string,
  payload: Payload,
): string | number | undefined {
  return payload[field.slice(0, -ending.length) + otherEnding];
}
