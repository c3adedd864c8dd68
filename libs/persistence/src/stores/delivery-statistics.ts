/**
 * Counts of deliveries. Those that succeeded or failed are counted when their outcome is recorded, in the same
 * statement, into one row for each hour, kind, duration and worker: reading them costs the same whatever the history,
 * and workers never wait for each other's rows. What is queued, under way or interrupted is counted from the partial
 * indexes, which hold nothing else.
 */
import { DeliveryStatistics, type DeliveryCount } from '@belfry/application';
import type { Channel, DeliveryStatus } from '@belfry/domain';
import type { Database } from '../database/database.js';

interface CountRow {
  readonly hour: Date;
  readonly channel: Channel;
  readonly event_type: string;
  readonly status: DeliveryStatus;
  /** The middle of the durations counted in this row; null where nothing has finished. */
  readonly duration_ms: number | null;
  readonly deliveries: number;
}

const step = Math.log(1.2);

/** The duration that stands for all within a tenth of it: durations are counted by powers of 1.2. */
export function countedDuration(durationMs: number): number {
  if (durationMs < 1) return 0;
  return Math.round(Math.exp(Math.round(Math.log(durationMs) / step) * step));
}

/** Statistics of deliveries in PostgreSQL. */
export class PostgresDeliveryStatistics extends DeliveryStatistics {
  constructor(private readonly database: Database) {
    super();
  }

  async since(accountId: number, from: Date): Promise<DeliveryCount[]> {
    const rows = await this.database.statement<CountRow>(
      `WITH open AS (
         SELECT created_at, channel, event_type, status FROM deliveries
         WHERE account_id = $1 AND status = 'queued' AND channel = 'webhook'
         UNION ALL
         SELECT created_at, channel, event_type, status FROM deliveries
         WHERE account_id = $1 AND status = 'queued' AND channel = 'email'
         UNION ALL
         SELECT created_at, channel, event_type, status FROM deliveries
         WHERE account_id = $1 AND status = 'sending'
         UNION ALL
         SELECT created_at, channel, event_type, status FROM deliveries
         WHERE account_id = $1 AND status = 'interrupted'
       )
       SELECT hour, channel, event_type, status, duration_ms, sum(deliveries)::integer AS deliveries
       FROM delivery_statistics WHERE account_id = $1 AND hour >= $2::timestamptz
       GROUP BY hour, channel, event_type, status, duration_ms
       UNION ALL
       SELECT date_trunc('hour', created_at, 'UTC'), channel, event_type, status, NULL, count(*)::integer
       FROM open WHERE created_at >= $2::timestamptz
       GROUP BY 1, 2, 3, 4
       ORDER BY 1, 2, 3, 4, 5`,
      [accountId, from.toISOString()],
    );
    return group(rows).map(countOf);
  }
}

/** Rows of the same hour and kind, which follow each other, together. */
function group(rows: readonly CountRow[]): CountRow[][] {
  const groups: CountRow[][] = [];
  for (const row of rows) {
    const first = groups.at(-1)?.[0];
    const belongs =
      first !== undefined &&
      first.hour.getTime() === row.hour.getTime() &&
      first.channel === row.channel &&
      first.event_type === row.event_type &&
      first.status === row.status;
    if (belongs) groups.at(-1)!.push(row);
    else groups.push([row]);
  }
  return groups;
}

function countOf(rows: readonly CountRow[]): DeliveryCount {
  const [{ hour, channel, event_type: eventType, status, duration_ms }] = rows as [CountRow];
  const count = rows.reduce((sum, row) => sum + row.deliveries, 0);
  const durationMs =
    duration_ms === null
      ? null
      : {
          p50: percentile(rows, count, 0.5),
          p95: percentile(rows, count, 0.95),
          p99: percentile(rows, count, 0.99),
        };
  return { hour, channel, eventType, status, count, durationMs };
}

/** The smallest duration that this share of the deliveries did not exceed; rows are in the order of their durations. */
function percentile(rows: readonly CountRow[], count: number, share: number): number {
  let seen = 0;
  for (const row of rows) {
    seen += row.deliveries;
    if (seen >= share * count) return row.duration_ms!;
  }
  throw new Error('the shares of a whole end within it');
}
