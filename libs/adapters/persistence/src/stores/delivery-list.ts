/** The statement of a list of deliveries: which rows are looked at for which filter. */
import type { DeliveryFilter, DeliverySummary } from '@belfry/application';
import type { Channel, DeliveryStatus, FailureReason, RecipientRole } from '@belfry/domain';
import { sqlTime } from '../database/sql-time.js';
import { idsAround } from '../database/uuid-bounds.js';
import { boundedListStatement, Parameters, type LookedAt } from './bounded-list.js';

/** What is read of a delivery for a list. */
export interface DeliveryRow {
  readonly delivery_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly environment: string;
  readonly channel: Channel;
  readonly destination: string;
  readonly recipient_role: RecipientRole | null;
  readonly status: DeliveryStatus;
  readonly reason: FailureReason | null;
  readonly redelivery_of: string | null;
  readonly test: boolean;
  readonly created_at: Date;
  readonly finished_at: Date | null;
}

/** A row of a list. `environment` is null where the event is gone: retention takes both, a moment apart for who reads. */
export type ListedDelivery = LookedAt & Omit<DeliveryRow, 'environment'> & { environment: string | null };

/** The columns of a delivery, of the table or query by this name; `environment` is its event's. */
export const deliveryColumns = (name: string) =>
  [
    'delivery_id',
    'event_id',
    'event_type',
    'channel',
    'destination',
    'recipient_role',
    'status',
    'reason',
    'redelivery_of',
    'test',
    'created_at',
    'finished_at',
  ]
    .map((column) => `${name}.${column}`)
    .join(', ');

/** What lists show of a delivery. */
export function deliverySummary(row: DeliveryRow): DeliverySummary {
  return {
    deliveryId: row.delivery_id,
    eventId: row.event_id,
    eventType: row.event_type,
    environment: row.environment,
    channel: row.channel,
    destination: row.destination,
    recipientRole: row.recipient_role,
    status: row.status,
    reason: row.reason,
    redeliveryOf: row.redelivery_of,
    test: row.test,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

/**
 * What stands for a state in SQL, as the partial indexes name it. A parameter would not do: the planner must know the
 * state to choose the index.
 */
const stateOf: Record<DeliveryStatus, string> = {
  queued: `status = 'queued'`,
  sending: `status = 'sending'`,
  succeeded: `status = 'succeeded'`,
  failed: `status = 'failed'`,
  interrupted: `status = 'interrupted'`,
};

/** The statement of a page of an account's deliveries. An account that does not exist has none. */
export function deliveryListStatement(
  accountId: number,
  filter: DeliveryFilter,
  limit: number,
  before: string | undefined,
): { readonly text: string; readonly values: unknown[] } {
  const parameters = new Parameters();
  const account = parameters.add(accountId);
  const { low, high } = idsAround(filter.from, filter.to);
  const range = [
    `account_id = ${account}`,
    `EXISTS (SELECT FROM accounts WHERE accounts.account_id = ${account})`,
    ...(low === null ? [] : [`delivery_id >= ${parameters.add(low)}::uuid`]),
    ...(high === null ? [] : [`delivery_id < ${parameters.add(high)}::uuid`]),
    ...(before === undefined ? [] : [`delivery_id < ${parameters.add(before)}::uuid`]),
  ].join(' AND ');
  const matching = [
    ...(filter.status === undefined ? [] : [stateOf[filter.status]]),
    ...(filter.channel === undefined ? [] : [`channel = ${parameters.add(filter.channel)}`]),
    ...(filter.eventType === undefined ? [] : [`event_type = ${parameters.add(filter.eventType)}`]),
    ...(filter.from === undefined
      ? []
      : [`created_at >= ${parameters.add(sqlTime(filter.from))}::timestamptz`]),
    ...(filter.to === undefined ? [] : [`created_at < ${parameters.add(sqlTime(filter.to))}::timestamptz`]),
  ];
  const text = boundedListStatement({
    id: 'delivery_id',
    rows: rowsFor(filter, range, parameters),
    matching,
    limit,
    columns: `${deliveryColumns('matched')}, event.environment`,
    joined: `LEFT JOIN LATERAL (SELECT environment FROM events
      WHERE events.account_id = matched.account_id AND events.event_id = matched.event_id LIMIT 1) AS event ON true`,
  });
  return { text, values: parameters.values };
}

/**
 * The rows that are looked at. Few belong to one event or are being sent, so these are read whole; OFFSET 0 keeps the
 * planner to the index that finds them. What is queued, failed or was interrupted has partial indexes in the order of the
 * list. All else, most of it succeeded, is the primary key's.
 */
function rowsFor(filter: DeliveryFilter, range: string, parameters: Parameters): string {
  if (filter.eventId !== undefined) {
    const event = parameters.add(filter.eventId);
    return `SELECT * FROM (SELECT * FROM deliveries WHERE event_id = ${event}::uuid OFFSET 0) AS of_event WHERE ${range}`;
  }
  if (filter.deliveryIds !== undefined) {
    const ids = parameters.add(filter.deliveryIds);
    return `SELECT * FROM deliveries WHERE delivery_id = ANY (${ids}::uuid[]) AND ${range}`;
  }
  switch (filter.status) {
    case 'sending':
      return `SELECT * FROM (SELECT * FROM deliveries WHERE status = 'sending' ORDER BY lease_expires_at OFFSET 0)
        AS under_way WHERE ${range}`;
    case 'queued': {
      const queued = (channel: Channel) =>
        `SELECT * FROM deliveries WHERE ${stateOf.queued} AND channel = '${channel}' AND ${range}`;
      return filter.channel === undefined
        ? `${queued('webhook')} UNION ALL ${queued('email')}`
        : queued(filter.channel);
    }
    case 'failed':
    case 'interrupted':
      return `SELECT * FROM deliveries WHERE ${stateOf[filter.status]} AND ${range}`;
    default:
      return `SELECT * FROM deliveries WHERE ${range}`;
  }
}
