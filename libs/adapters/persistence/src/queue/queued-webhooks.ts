import { QueuedWebhooks, type AuditEntry, type Interruption, type WebhookPlace } from '@belfry/application';
import type { Database } from '../database/database.js';
import { sqlTime } from '../database/sql-time.js';
import type { Run } from '../database/statement.js';
import { keepAuditEntry } from '../stores/audit-log.js';

/** Queued webhooks in PostgreSQL. */
export class PostgresQueuedWebhooks extends QueuedWebhooks {
  constructor(private readonly database: Database) {
    super();
  }

  /** Goes along the partial index of queued webhooks, which has their order; `after` keeps it from what is done. */
  async interrupt(
    { createdBefore, after, limit, interruption }: Interruption,
    entryFor: (count: number) => AuditEntry,
  ): Promise<readonly WebhookPlace[]> {
    return this.database.transaction(async (run) => {
      const rows = await run<InterruptedRow>(
        `WITH chosen AS MATERIALIZED (
           SELECT account_id, delivery_id FROM deliveries
           WHERE status = 'queued' AND channel = 'webhook' AND created_at < $1::timestamptz
             AND (account_id, delivery_id) > ($2::bigint, $3::uuid)
           ORDER BY account_id, delivery_id LIMIT $4
           FOR UPDATE SKIP LOCKED
         ), interrupted AS (
           UPDATE deliveries SET status = 'interrupted', worker = $5::uuid, finished_at = now()
           FROM chosen
           WHERE deliveries.account_id = chosen.account_id AND deliveries.delivery_id = chosen.delivery_id
           RETURNING deliveries.account_id, deliveries.delivery_id
         )
         SELECT account_id, delivery_id FROM interrupted ORDER BY account_id, delivery_id`,
        [sqlTime(createdBefore), after.accountId, after.deliveryId, limit, interruption],
      );
      return noted(run, rows, entryFor);
    });
  }

  /** They keep their worker: by it, an outcome that still comes is known to be theirs. */
  async interruptSending(
    { createdBefore, limit }: Pick<Interruption, 'createdBefore' | 'limit'>,
    entryFor: (count: number) => AuditEntry,
  ): Promise<readonly WebhookPlace[]> {
    return this.database.transaction(async (run) => {
      const rows = await run<InterruptedRow>(
        `WITH chosen AS MATERIALIZED (
           SELECT account_id, delivery_id FROM deliveries
           WHERE status = 'sending' AND channel = 'webhook' AND created_at < $1::timestamptz
           ORDER BY lease_expires_at LIMIT $2
           FOR UPDATE SKIP LOCKED
         )
         UPDATE deliveries SET status = 'interrupted', lease_expires_at = NULL, finished_at = now()
         FROM chosen
         WHERE deliveries.account_id = chosen.account_id AND deliveries.delivery_id = chosen.delivery_id
         RETURNING deliveries.account_id, deliveries.delivery_id`,
        [sqlTime(createdBefore), limit],
      );
      return noted(run, rows, entryFor);
    });
  }
}

interface InterruptedRow {
  readonly account_id: number;
  readonly delivery_id: string;
}

/** Keeps an entry for each account of which something was interrupted; answers what was. */
async function noted(
  run: Run,
  rows: readonly InterruptedRow[],
  entryFor: (count: number) => AuditEntry,
): Promise<readonly WebhookPlace[]> {
  const counts = new Map<number, number>();
  for (const { account_id } of rows) counts.set(account_id, (counts.get(account_id) ?? 0) + 1);
  for (const [accountId, count] of counts) await keepAuditEntry(run, accountId, entryFor(count));
  return rows.map((row) => ({ accountId: row.account_id, deliveryId: row.delivery_id }));
}
