import type { Channel, DeliveryStatus } from '@belfry/domain';

/** How many deliveries of one kind there were in one hour, and how long their attempts took. */
export interface DeliveryCount {
  /** The beginning of the hour: in which they finished or, where they have not, in which they were created. */
  readonly hour: Date;
  readonly channel: Channel;
  readonly eventType: string;
  readonly status: DeliveryStatus;
  readonly count: number;
  /** Null where nothing finished. */
  readonly durationMs: DurationPercentiles | null;
}

/** Percentiles of the last attempt's duration in milliseconds, within a tenth of it. */
export interface DurationPercentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** How long the last attempts took of all that succeeded or failed, of one kind, in all the hours asked for. */
export interface DurationTotal {
  readonly channel: Channel;
  readonly eventType: string;
  readonly durationMs: DurationPercentiles;
}

/** Counts deliveries. */
export abstract class DeliveryStatistics {
  /** The counts of an account from this hour on, by hour, channel, event type and status. */
  abstract since(accountId: number, from: Date): Promise<DeliveryCount[]>;

  /** The durations of an account from this hour on, by channel and event type: percentiles of hours can't be added up. */
  abstract durationsSince(accountId: number, from: Date): Promise<DurationTotal[]>;
}
