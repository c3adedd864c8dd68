/** The statement of a list of events. */
import type { EventFilter, EventSummary } from '@belfry/application';
import { sqlTime } from '../database/sql-time.js';
import { idsAround } from '../database/uuid-bounds.js';
import { boundedListStatement, Parameters, type LookedAt } from './bounded-list.js';

/** What is read of an event for a list. */
export interface EventRow {
  readonly event_id: string;
  readonly event_type: string;
  readonly environment: string;
  readonly account_id: number;
  readonly accepted_at: Date;
}

export type ListedEvent = LookedAt & EventRow;

/** What lists show of an event. */
export function eventSummary(row: EventRow): EventSummary {
  return {
    eventId: row.event_id,
    eventType: row.event_type,
    environment: row.environment,
    accountId: row.account_id,
    acceptedAt: row.accepted_at,
  };
}

/** The statement of a page of an account's events. An account that does not exist has none. */
export function eventListStatement(
  accountId: number,
  { eventType, from, to }: EventFilter,
  limit: number,
  before: string | undefined,
): { readonly text: string; readonly values: unknown[] } {
  const parameters = new Parameters();
  const account = parameters.add(accountId);
  const { low, high } = idsAround(from, to);
  const range = [
    `account_id = ${account}`,
    `EXISTS (SELECT FROM accounts WHERE accounts.account_id = ${account})`,
    ...(low === null ? [] : [`event_id >= ${parameters.add(low)}::uuid`]),
    ...(high === null ? [] : [`event_id < ${parameters.add(high)}::uuid`]),
    ...(before === undefined ? [] : [`event_id < ${parameters.add(before)}::uuid`]),
  ];
  const matching = [
    ...(eventType === undefined ? [] : [`event_type = ${parameters.add(eventType)}`]),
    ...(from === undefined ? [] : [`accepted_at >= ${parameters.add(sqlTime(from))}::timestamptz`]),
    ...(to === undefined ? [] : [`accepted_at < ${parameters.add(sqlTime(to))}::timestamptz`]),
  ];
  const text = boundedListStatement({
    id: 'event_id',
    rows: `SELECT account_id, event_id, event_type, environment, accepted_at FROM events WHERE ${range.join(' AND ')}`,
    matching,
    limit,
    columns:
      'matched.event_type, matched.environment, matched.account_id, matched.accepted_at, matched.event_id',
  });
  return { text, values: parameters.values };
}
