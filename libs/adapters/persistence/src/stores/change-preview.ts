import { ChangePreview, type ForeseenInterruptions, type RedeliveryFilter } from '@belfry/application';
import type { Database } from '../database/database.js';
import { sqlTime } from '../database/sql-time.js';
import { filterValues, isInReach, isNotRedelivered, matchesFilter } from './redelivery-filter.js';

/** What changes of many deliveries would do, counted in PostgreSQL. */
export class PostgresChangePreview extends ChangePreview {
  constructor(private readonly database: Database) {
    super();
  }

  async redeliveries(accountId: number, filter: RedeliveryFilter): Promise<number> {
    const [row] = await this.database.statement<{ count: number }>(
      `SELECT count(*)::integer AS count
       FROM deliveries CROSS JOIN (SELECT webhook_url FROM notification_settings WHERE account_id = $1) AS settings
       WHERE ${isInReach(filter)} AND ${matchesFilter} AND ${isNotRedelivered('deliveries.delivery_id')}`,
      filterValues(accountId, filter),
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
