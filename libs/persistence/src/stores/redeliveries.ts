import {
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
  WHERE old.channel <> 'webhook' OR webhook_url IS NOT NULL`;

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
      const unfinished = await lockAndLook(run, accountId, deliveryId);
      if (unfinished === null) return { status: 'not_found' };
      if (unfinished) return { status: 'under_way' };
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
    audit: (queued: number) => AuditEntry,
  ): Promise<number> {
    return this.database.transaction(async (run) => {
      const queued = await queueMatching(run, accountId, filter, newIds);
      if (queued > 0) await keepAuditEntry(run, accountId, audit(queued));
      return queued;
    });
  }
}

/** Queues redeliveries of the oldest that match; answers how many there were. */
async function queueMatching(
  run: Run,
  accountId: number,
  filter: RedeliveryFilter,
  newIds: readonly string[],
): Promise<number> {
  const { low, high } = idsAround(filter.from, filter.to);
  const queued = await run(
    `WITH matching AS MATERIALIZED (
         SELECT * FROM deliveries
         WHERE account_id = $1 AND status = $2 AND NOT test
           AND ($3::text IS NULL OR channel = $3) AND ($4::text IS NULL OR event_type = $4)
           AND ($5::timestamptz IS NULL OR created_at >= $5) AND ($6::timestamptz IS NULL OR created_at < $6)
           AND ($7::uuid IS NULL OR delivery_id >= $7) AND ($8::uuid IS NULL OR delivery_id < $8)
           AND NOT EXISTS (SELECT FROM deliveries AS later
                           WHERE later.account_id = deliveries.account_id
                             AND later.redelivery_of = deliveries.delivery_id)
           AND (channel <> 'webhook' OR EXISTS (SELECT FROM notification_settings AS settings
                                                WHERE settings.account_id = $1 AND webhook_url IS NOT NULL))
         ORDER BY delivery_id LIMIT cardinality($9::uuid[])
         FOR UPDATE SKIP LOCKED
       ), old AS (
         SELECT *, ($9::uuid[])[row_number() OVER (ORDER BY delivery_id)] AS new_id FROM matching
       )
       ${newDelivery} RETURNING delivery_id`,
    [
      accountId,
      filter.status,
      filter.channel ?? null,
      filter.eventType ?? null,
      filter.from === undefined ? null : sqlTime(filter.from),
      filter.to === undefined ? null : sqlTime(filter.to),
      low,
      high,
      newIds,
    ],
  );
  return queued.length;
}

/**
 * Locks the old delivery, so that two who ask at once ask one after the other. Answers whether it, or a redelivery of
 * it, is under way; null where it does not exist.
 */
async function lockAndLook(run: Run, accountId: number, deliveryId: string): Promise<boolean | null> {
  const locked = await run('SELECT FROM deliveries WHERE account_id = $1 AND delivery_id = $2 FOR UPDATE', [
    accountId,
    deliveryId,
  ]);
  if (locked.length === 0) return null;
  const [row] = await run<{ unfinished: boolean }>(
    `SELECT EXISTS (SELECT FROM deliveries
                    WHERE account_id = $1 AND (delivery_id = $2 OR redelivery_of = $2)
                      AND status IN ('queued', 'sending')) AS unfinished`,
    [accountId, deliveryId],
  );
  return row!.unfinished;
}
