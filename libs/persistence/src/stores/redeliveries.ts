import {
  erasedAddress,
  Redeliveries,
  type AuditEntry,
  type RedeliveryFilter,
  type RedeliveryResult,
} from '@belfry/application';
import type { Database } from '../database/database.js';
import { sqlTime } from '../database/sql-time.js';
import type { Run } from '../database/statement.js';
import { idsAround } from '../database/uuid-bounds.js';
import { keepAuditEntry } from './audit-log.js';

/** A new delivery like `old`, of the same event: to the account's endpoint as it is now, or to the same recipient. */
const newDelivery = `
  INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, recipient_role,
    recipient_domain, status, redelivery_of, test, next_attempt_at, created_at)
  SELECT old.account_id, old.new_id, old.event_id, old.event_type, old.channel,
    CASE old.channel WHEN 'webhook' THEN webhook_url ELSE old.destination END, old.recipient_role,
    old.recipient_domain, 'queued', old.delivery_id, old.test, now(), now()
  FROM old JOIN notification_settings USING (account_id)
  WHERE CASE old.channel WHEN 'webhook' THEN webhook_url IS NOT NULL ELSE old.destination <> '${erasedAddress}' END`;

/** Redeliveries in PostgreSQL. */
export class PostgresRedeliveries extends Redeliveries {
  constructor(private readonly database: Database) {
    super();
  }

  async redeliver(
    accountId: number,
    deliveryId: string,
    newId: string,
    audit: AuditEntry,
  ): Promise<RedeliveryResult> {
    return this.database.transaction(async (run) => {
      const found = await lockAndLook(run, accountId, deliveryId);
      if (found === null) return { status: 'not_found' };
      if (found.unfinished) return { status: 'under_way' };
      if (found.erased) return { status: 'recipient_erased' };
      const queued = await run(
        `WITH old AS (SELECT *, $3::uuid AS new_id FROM deliveries WHERE account_id = $1 AND delivery_id = $2)
         ${newDelivery} RETURNING delivery_id`,
        [accountId, deliveryId, newId],
      );
      if (queued.length === 0) return { status: 'no_endpoint' };
      await keepAuditEntry(run, accountId, audit);
      return { status: 'queued' };
    });
  }

  async redeliverMatching(
    accountId: number,
    filter: RedeliveryFilter,
    newIds: readonly string[],
    after: string | null,
    audit: (queued: number) => AuditEntry,
  ): Promise<{ readonly queued: number; readonly next: string | null }> {
    return this.database.transaction(async (run) => {
      const answer = await queueMatching(run, accountId, filter, newIds, after);
      if (answer.queued > 0) await keepAuditEntry(run, accountId, audit(answer.queued));
      return answer;
    });
  }
}

/** The most deliveries that one transaction looks at: where all of them were redelivered before, it queues none. */
export const lookedAtOnce = 2_000;

/** Queues redeliveries of the oldest that match, among the first after `after`. */
async function queueMatching(
  run: Run,
  accountId: number,
  filter: RedeliveryFilter,
  newIds: readonly string[],
  after: string | null,
): Promise<{ readonly queued: number; readonly next: string | null }> {
  const { low, high } = idsAround(filter.from, filter.to);
  const [row] = await run<{
    queued: number;
    found: number;
    last_found: string;
    looked: number;
    last: string;
  }>(
    `WITH looked_at AS MATERIALIZED (
         SELECT account_id, delivery_id FROM deliveries
         -- By name: the planner must know the state to choose the index that holds it.
         WHERE account_id = $1 AND status = '${filter.status}'
           AND delivery_id > coalesce($8::uuid, '00000000-0000-0000-0000-000000000000')
           AND ($6::uuid IS NULL OR delivery_id >= $6) AND ($7::uuid IS NULL OR delivery_id < $7)
         ORDER BY delivery_id LIMIT ${lookedAtOnce}
       ), matching AS MATERIALIZED (
         SELECT deliveries.* FROM looked_at JOIN deliveries USING (account_id, delivery_id)
         WHERE deliveries.status = '${filter.status}' AND NOT test AND destination <> '${erasedAddress}'
           AND ($2::text IS NULL OR channel = $2) AND ($3::text IS NULL OR event_type = $3)
           AND ($4::timestamptz IS NULL OR created_at >= $4) AND ($5::timestamptz IS NULL OR created_at < $5)
           AND NOT EXISTS (SELECT FROM deliveries AS later
                           WHERE later.account_id = deliveries.account_id
                             AND later.redelivery_of = deliveries.delivery_id)
           AND (channel <> 'webhook' OR EXISTS (SELECT FROM notification_settings AS settings
                                                WHERE settings.account_id = $1 AND webhook_url IS NOT NULL))
         ORDER BY deliveries.delivery_id LIMIT cardinality($9::uuid[])
         FOR UPDATE OF deliveries SKIP LOCKED
       ), old AS (
         SELECT *, ($9::uuid[])[row_number() OVER (ORDER BY delivery_id)] AS new_id FROM matching
       ), queued AS (
         ${newDelivery} RETURNING delivery_id
       )
       SELECT (SELECT count(*) FROM queued)::integer AS queued,
         (SELECT count(*) FROM matching)::integer AS found,
         (SELECT delivery_id FROM matching ORDER BY delivery_id DESC LIMIT 1) AS last_found,
         (SELECT count(*) FROM looked_at)::integer AS looked,
         (SELECT delivery_id FROM looked_at ORDER BY delivery_id DESC LIMIT 1) AS last`,
    [
      accountId,
      filter.channel ?? null,
      filter.eventType ?? null,
      filter.from === undefined ? null : sqlTime(filter.from),
      filter.to === undefined ? null : sqlTime(filter.to),
      low,
      high,
      after,
      newIds,
    ],
  );
  const { queued, found, last_found, looked, last } = row!;
  if (found === newIds.length) return { queued, next: last_found };
  return { queued, next: looked === lookedAtOnce ? last : null };
}

/**
 * Locks the old delivery, so that two who ask at once ask one after the other. Answers whether it, or a redelivery of
 * it, is under way, and whether its recipient was erased; null where it, or its account, does not exist.
 */
async function lockAndLook(
  run: Run,
  accountId: number,
  deliveryId: string,
): Promise<{ readonly unfinished: boolean; readonly erased: boolean } | null> {
  const [locked] = await run<{ erased: boolean }>(
    `SELECT destination = '${erasedAddress}' AS erased FROM deliveries
     WHERE account_id = $1 AND delivery_id = $2
       AND EXISTS (SELECT FROM accounts WHERE accounts.account_id = $1)
     FOR UPDATE`,
    [accountId, deliveryId],
  );
  if (locked === undefined) return null;
  const [row] = await run<{ unfinished: boolean }>(
    `SELECT EXISTS (SELECT FROM deliveries
                    WHERE account_id = $1 AND (delivery_id = $2 OR redelivery_of = $2)
                      AND status IN ('queued', 'sending')) AS unfinished`,
    [accountId, deliveryId],
  );
  return { unfinished: row!.unfinished, erased: locked.erased };
}
