import type { Channel, DeliveryStatus } from '@belfry/domain';

/** How many deliveries of one kind there were in one hour, and how long their attempts took. */
export interface DeliveryCount {
  /** The beginning of the hour: in which they finished or, where they have not, in which they were created. */
  readonly hour: Date;
  readonly channel: Channel;
  readonly eventType: string;
  readonly status: DeliveryStatus;
  readonly count: number;
  /** Percentiles of the last attempt's duration in milliseconds, within a tenth of it; null where nothing finished. */
  readonly durationMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
}

/** Counts deliveries. */
export abstract class DeliveryStatistics {
  /** The counts of an account from this hour on, by hour, channel, event type and status. */
  abstract since(accountId: number, from: Date): Promise<DeliveryCount[]>;
}
