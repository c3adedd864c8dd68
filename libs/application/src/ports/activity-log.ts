import type { EndedDelivery, RecordedOutcome, SweptDeliveries } from './delivery-queue.js';

/** Hears what the pipeline does, for logs and metrics. Nothing given to it holds a secret, except as its doc says. */
export abstract class ActivityLog {
  /** A batch of events was stored, which took the database this many milliseconds. */
  abstract accepted(events: number, deliveries: number, databaseMs: number): void;
  /** This worker claimed so many deliveries of the queue in one go. */
  abstract claimed(deliveries: number, databaseMs: number): void;
  /** An attempt ended and its outcome was recorded. The delivery's destination may hold a secret in its query. */
  abstract recorded(outcome: RecordedOutcome): void;
  /** A batch of outcomes was recorded. */
  abstract recordedBatch(outcomes: number, databaseMs: number): void;
  /** An outcome did not count: the claim it belongs to had been taken over. */
  abstract dropped(deliveryId: string): void;
  /** Claims of dead workers were ended. */
  abstract swept(deliveries: SweptDeliveries): void;
  /** Queued webhooks ended unsent: their account had no endpoint any more, or had turned their event type off. */
  abstract turnedOff(deliveries: readonly EndedDelivery[]): void;
  /** Events past their retention were deleted. */
  abstract retired(events: number): void;
  /** Something failed that will be retried automatically; `doing` completes "while …". */
  abstract failed(doing: string, error: unknown): void;
}
