import { ChangePreview, type ForeseenInterruptions, type RedeliveryFilter } from '@belfry/application';
import type { Database } from '../database/database.js';
import { sqlTime } from '../database/sql-time.js';
import { idsAround } from '../database/uuid-bounds.js';

/** What changes of many deliveries would do, counted in PostgreSQL. */
export class PostgresChangePreview extends ChangePreview {
  constructor(private readonly database: Database) {
    super();
  }

  async redeliveries(accountId: number, filter: RedeliveryFilter): Promise<number> {
    const { low, high } = idsAround(filter.from, filter.to);
    const [row] = await this.database.statement<{ count: number }>(
      // The state by name: the planner must know it to choose the index that holds it.
      `SELECT count(*)::integer AS count FROM deliveries
       WHERE account_id = $1 AND status = '${filter.status}' AND NOT test
         AND ($2::text IS NULL OR channel = $2) AND ($3::text IS NULL OR event_type = $3)
         AND ($4::timestamptz IS NULL OR created_at >= $4) AND ($5::timestamptz IS NULL OR created_at < $5)
         AND ($6::uuid IS NULL OR delivery_id >= $6) AND ($7::uuid IS NULL OR delivery_id < $7)
         AND NOT EXISTS (SELECT FROM deliveries AS later
                         WHERE later.account_id = deliveries.account_id
                           AND later.redelivery_of = deliveries.delivery_id)
         AND (channel <> 'webhook' OR EXISTS (SELECT FROM notification_settings AS settings
                                              WHERE settings.account_id = $1 AND webhook_url IS NOT NULL))`,
      [
        accountId,
        filter.channel ?? null,
        filter.eventType ?? null,
        filter.from === undefined ? null : sqlTime(filter.from),
        filter.to === undefined ? null : sqlTime(filter.to),
        low,
        high,
      ],
    );
    return row!.count;
  }

  async interruptions(createdBefore: Date): Promise<readonly ForeseenInterruptions[]> {
    const rows = await this.database.statement<{ account_id: number; total: number; sending: number }>(
      `SELECT account_id, count(*)::integer AS total, count(*) FILTER (WHERE status = 'sending')::integer AS sending
       FROM deliveries
       WHERE channel = 'webhook' AND status IN ('queued', 'sending') AND created_at < $1::timestamptz
       GROUP BY account_id ORDER BY account_id`,
      [sqlTime(createdBefore)],
    );
    return rows.map((row) => ({ accountId: row.account_id, interrupted: row.total, beingSent: row.sending }));
  }
}
