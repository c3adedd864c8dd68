/**
 * Counts of deliveries. Those that succeeded or failed are counted when their outcome is recorded, in the same
 * statement, into one row for each hour, kind, duration and worker: reading them costs the same whatever the history,
 * and workers never wait for each other's rows. What is queued, under way or interrupted is counted from the partial
 * indexes, which hold nothing else, up to a number beyond which an exact count is of no use.
 */
import {
  DeliveryStatistics,
  type DeliveryCount,
  type DurationPercentiles,
  type DurationTotal,
} from '@belfry/application';
import type { Channel, DeliveryStatus } from '@belfry/domain';
import type { Reads } from '../database/read-database.js';
import { idsAround } from '../database/uuid-bounds.js';

/** So many deliveries, with the middle of the durations counted together; null where nothing has finished. */
interface Counted {
  readonly duration_ms: number | null;
  readonly deliveries: number;
}

interface DurationRow extends Counted {
  readonly channel: Channel;
  readonly event_type: string;
}

interface CountRow extends DurationRow {
  readonly hour: Date;
  readonly status: DeliveryStatus;
}

/** So many at most are counted one by one of what is queued, and of what was interrupted: the newest. */
export const mostCounted = 20_000;

const step = Math.log(1.2);

/** Stands for the duration of what ended without an attempt, which has none. */
export const noDuration = -1;

/** The duration that stands for all within a tenth of it: durations are counted by powers of 1.2. */
export function countedDuration(durationMs: number): number {
  if (durationMs < 1) return 0;
  return Math.round(Math.exp(Math.round(Math.log(durationMs) / step) * step));
}

/** Statistics of deliveries in PostgreSQL. */
export class PostgresDeliveryStatistics extends DeliveryStatistics {
  constructor(private readonly reads: Reads) {
    super();
  }

  async since(accountId: number, from: Date): Promise<DeliveryCount[]> {
    const rows = await this.reads.statement<CountRow>(
      `WITH under_way AS (
         SELECT * FROM deliveries WHERE status = 'sending' ORDER BY lease_expires_at OFFSET 0
       ), open AS (
         (SELECT created_at, channel, event_type, status FROM deliveries
          WHERE account_id = $1 AND status = 'queued' AND channel = 'webhook'
          ORDER BY delivery_id DESC LIMIT ${mostCounted})
         UNION ALL
         (SELECT created_at, channel, event_type, status FROM deliveries
          WHERE account_id = $1 AND status = 'queued' AND channel = 'email'
          ORDER BY delivery_id DESC LIMIT ${mostCounted})
         UNION ALL
         SELECT created_at, channel, event_type, status FROM under_way WHERE account_id = $1
         UNION ALL
         (SELECT created_at, channel, event_type, status FROM deliveries
          WHERE account_id = $1 AND status = 'interrupted' AND delivery_id >= $3::uuid
          ORDER BY delivery_id DESC LIMIT ${mostCounted})
       )
       SELECT hour, channel, event_type, status, nullif(duration_ms, ${noDuration}) AS duration_ms,
         sum(deliveries)::integer AS deliveries
       FROM delivery_statistics WHERE account_id = $1 AND hour >= $2::timestamptz
       GROUP BY hour, channel, event_type, status, duration_ms
       UNION ALL
       SELECT date_trunc('hour', created_at, 'UTC'), channel, event_type, status, NULL, count(*)::integer
       FROM open WHERE created_at >= $2::timestamptz
       GROUP BY 1, 2, 3, 4
       ORDER BY 1, 2, 3, 4, 5`,
      [accountId, from.toISOString(), idsAround(from, undefined).low],
    );
    const ofOneKind = (one: CountRow, other: CountRow) =>
      one.hour.getTime() === other.hour.getTime() &&
      one.channel === other.channel &&
      one.event_type === other.event_type &&
      one.status === other.status;
    return group(rows, ofOneKind).map(countOf);
  }

  async durationsSince(accountId: number, from: Date): Promise<DurationTotal[]> {
    const rows = await this.reads.statement<DurationRow>(
      `SELECT channel, event_type, duration_ms, sum(deliveries)::integer AS deliveries
       FROM delivery_statistics
       WHERE account_id = $1 AND hour >= $2::timestamptz AND duration_ms <> ${noDuration}
       GROUP BY channel, event_type, duration_ms
       ORDER BY 1, 2, 3`,
      [accountId, from.toISOString()],
    );
    const ofOneKind = (one: DurationRow, other: DurationRow) =>
      one.channel === other.channel && one.event_type === other.event_type;
    return group(rows, ofOneKind).map((durations) => {
      const [{ channel, event_type: eventType }] = durations as [DurationRow];
      return { channel, eventType, durationMs: percentiles(durations) };
    });
  }
}

/** Rows of the same kind, which follow each other, together. */
function group<Row>(rows: readonly Row[], ofOneKind: (one: Row, other: Row) => boolean): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last !== undefined && ofOneKind(last[0]!, row)) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

function countOf(rows: readonly CountRow[]): DeliveryCount {
  const [{ hour, channel, event_type: eventType, status }] = rows as [CountRow];
  const finished = rows.filter(({ duration_ms }) => duration_ms !== null);
  const durationMs = finished.length === 0 ? null : percentiles(finished);
  return { hour, channel, eventType, status, count: sumOf(rows), durationMs };
}

/** Rows are in the order of their durations. */
function percentiles(rows: readonly Counted[]): DurationPercentiles {
  const count = sumOf(rows);
  return {
    p50: percentile(rows, count, 0.5),
    p95: percentile(rows, count, 0.95),
    p99: percentile(rows, count, 0.99),
  };
}

function sumOf(rows: readonly Counted[]): number {
  return rows.reduce((sum, row) => sum + row.deliveries, 0);
}

/** The smallest duration that this share of the deliveries did not exceed. */
function percentile(rows: readonly Counted[], count: number, share: number): number {
  let seen = 0;
  for (const row of rows) {
    seen += row.deliveries;
    if (seen >= share * count) return row.duration_ms!;
  }
  throw new Error('the shares of a whole end within it');
}
