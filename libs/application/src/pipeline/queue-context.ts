import type { ActivityLog } from '../ports/activity-log.js';
import type { Clock } from '../ports/clock.js';
import type { ClaimedDelivery, DeliveryQueue, Lease } from '../ports/delivery-queue.js';
import type { Seat } from './lane.js';

/** What a channel's queue has of the rest of the process. */
export interface QueueContext {
  readonly queue: DeliveryQueue;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly log: ActivityLog;
  /** True while deliveries may be claimed and started. */
  mayStart(): boolean;
  /** Sends a delivery, and passes its outcome on; resolves when that is known, whatever it is. */
  send(delivery: ClaimedDelivery): Promise<void>;
  /** Work with the database failed; it is tried again. */
  failed(doing: string, error: unknown): void;
}

/** A place that was taken for a delivery which may still come to nothing. */
export interface Place {
  readonly seat: Seat;
  /** Gives it back: the delivery is not started. */
  giveBack(): void;
}
