/**
 * The statements of one batch's transaction, in their order: the snapshot, the idempotency keys (only where an event has
 * one), the events with their deliveries. BEGIN goes with the first and, without keys, COMMIT with the last: two round trips
 * for up to a thousand events.
 */
import type { Lease, NewEvent } from '@belfry/application';
import { domainOf, type NotificationSettings } from '@belfry/domain';
import { PreparedStatement, type Run } from '../database/statement.js';

/** How long an idempotency key counts. */
const keyLifetime = '24 hours';

/** An account's part of a snapshot, with the transaction's number, by which its outcome can be asked for later. */
export interface SnapshotRow {
  readonly transaction: string;
  readonly account_id: number;
  readonly account_name: string;
  readonly contact_name: string | null;
  readonly contact_email: string;
  readonly webhook_url: string | null;
  readonly events: NotificationSettings['events'];
  readonly webhooks_queued: boolean;
  readonly mails_queued: boolean;
}

/**
 * What the batch is planned by. Both look-ups in the queue are answered by its partial indexes alone; each LIMIT 1 keeps
 * the planner from reading a table, or the whole queue, once for all instead of a row for each account.
 */
export const snapshotStatement = new PreparedStatement(
  'snapshot',
  `SELECT pg_current_xact_id()::text AS transaction, account.*, settings.*,
       coalesce(queue.webhooks_queued, false) AS webhooks_queued, mails.mails_queued
     FROM unnest($1::bigint[]) AS asked (account_id)
       CROSS JOIN LATERAL (SELECT account_id, account_name, contact_name, contact_email FROM accounts
                           WHERE accounts.account_id = asked.account_id LIMIT 1) AS account
       CROSS JOIN LATERAL (SELECT webhook_url, events FROM notification_settings
                           WHERE notification_settings.account_id = asked.account_id LIMIT 1) AS settings
       LEFT JOIN LATERAL (SELECT true AS webhooks_queued FROM deliveries
                          WHERE deliveries.account_id = asked.account_id
                            AND status = 'queued' AND channel = 'webhook' LIMIT 1) AS queue ON true
       CROSS JOIN (SELECT EXISTS (SELECT FROM deliveries
                                  WHERE status = 'queued' AND channel = 'email' AND NOT put_off)
                     AS mails_queued) AS mails`,
);

/** An idempotency key with what it stands for. */
export interface KeyRow {
  readonly scope: number;
  readonly idempotency_key: string;
  readonly input_hash: Uint8Array;
  readonly event_id: string;
  readonly deliveries: number;
}

/**
 * Takes those keys that are new or have expired; answers them. Where another transaction is taking a key, this one waits
 * for its end; keys are taken in one order everywhere, so that two batches never wait for each other.
 */
export function takeKeys(
  run: Run,
  keys: readonly KeyRow[],
): Promise<Pick<KeyRow, 'scope' | 'idempotency_key'>[]> {
  return run(
    `INSERT INTO idempotency_keys AS held (scope, idempotency_key, input_hash, event_id, deliveries, created_at)
     SELECT *, now() FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::uuid[], $5::integer[])
       AS wanted (scope, idempotency_key, input_hash, event_id, deliveries)
     ORDER BY scope, idempotency_key COLLATE "C"
     ON CONFLICT (scope, idempotency_key) DO UPDATE SET input_hash = excluded.input_hash,
       event_id = excluded.event_id, deliveries = excluded.deliveries, created_at = excluded.created_at
     WHERE held.created_at < now() - interval '${keyLifetime}'
     RETURNING scope, idempotency_key`,
    [
      keys.map((key) => key.scope),
      keys.map((key) => key.idempotency_key),
      keys.map((key) => Buffer.from(key.input_hash)),
      keys.map((key) => key.event_id),
      keys.map((key) => key.deliveries),
    ],
  );
}

/** What keys that are held already stand for. */
export function readKeys(run: Run, keys: readonly KeyRow[]): Promise<KeyRow[]> {
  return run(
    `SELECT scope, idempotency_key, input_hash, event_id, deliveries
     FROM idempotency_keys JOIN unnest($1::bigint[], $2::text[]) AS wanted (scope, idempotency_key)
       USING (scope, idempotency_key)`,
    [keys.map((key) => key.scope), keys.map((key) => key.idempotency_key)],
  );
}

const storeStatement = new PreparedStatement(
  'store_events',
  `WITH new_events AS (
       INSERT INTO events (account_id, event_id, event_type, environment, payload, accepted_at)
       SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::json[], $6::timestamptz[])
     )
     INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, recipient_role,
       recipient_domain, test, created_at, next_attempt_at, status, attempts, worker, lease_expires_at, started_at)
     SELECT account_id, delivery_id, event_id, event_type, channel, destination, recipient_role, recipient_domain,
       test, created_at, now(),
       CASE WHEN claimed THEN 'sending' ELSE 'queued' END,
       CASE WHEN claimed THEN 1 ELSE 0 END,
       CASE WHEN claimed THEN $17::uuid END,
       CASE WHEN claimed THEN now() + $18::double precision * interval '1 millisecond' END,
       CASE WHEN claimed THEN now() END
     FROM unnest($7::bigint[], $8::uuid[], $9::uuid[], $10::text[], $11::text[], $12::text[], $13::text[],
       $14::text[], $15::timestamptz[], $16::boolean[], $19::boolean[])
       AS planned (account_id, delivery_id, event_id, event_type, channel, destination, recipient_role,
         recipient_domain, created_at, claimed, test)`,
);

/** Stores events with their deliveries. */
export async function storeEvents(run: Run, lease: Lease, events: readonly NewEvent[]): Promise<void> {
  const accepted = events.map((planned) => planned.event);
  const deliveries = events.flatMap(({ event, deliveries: planned }) =>
    planned.map((delivery) => ({ event, delivery })),
  );
  await run(storeStatement, [
    accepted.map((event) => event.accountId),
    accepted.map((event) => event.eventId),
    accepted.map((event) => event.eventType),
    accepted.map((event) => event.environment),
    accepted.map((event) => event.payload),
    accepted.map((event) => event.acceptedAt.toISOString()),
    deliveries.map(({ event }) => event.accountId),
    deliveries.map(({ delivery }) => delivery.deliveryId),
    deliveries.map(({ event }) => event.eventId),
    deliveries.map(({ event }) => event.eventType),
    deliveries.map(({ delivery }) => delivery.channel),
    deliveries.map(({ delivery }) => delivery.destination),
    deliveries.map(({ delivery }) => delivery.recipientRole),
    deliveries.map(({ delivery }) => (delivery.channel === 'email' ? domainOf(delivery.destination) : null)),
    deliveries.map(({ event }) => event.acceptedAt.toISOString()),
    deliveries.map(({ delivery }) => delivery.leased),
    lease.worker,
    lease.leaseMs,
    deliveries.map(({ delivery }) => delivery.test),
  ]);
}

/**
 * Says what happened to a transaction whose commit was not answered. The server knows it by number; the event itself is
 * looked for too, as after a change of servers the number may be another transaction's, or one not yet given out.
 */
export async function readOutcome(
  run: Run,
  transaction: string,
  accountId: number,
  eventId: string,
): Promise<'stored' | 'not stored' | 'not known yet'> {
  const [row] = await run<{ stored: boolean; aborted: boolean }>(
    `SELECT EXISTS (SELECT FROM events WHERE account_id = $2 AND event_id = $3) AS stored,
            CASE WHEN $1::xid8 > pg_current_xact_id() THEN true
                 ELSE pg_xact_status($1::xid8) IS NOT DISTINCT FROM 'aborted' END AS aborted`,
    [transaction, accountId, eventId],
  );
  if (row!.stored) return 'stored';
  return row!.aborted ? 'not stored' : 'not known yet';
}
