import type { Channel, Delivery, DeliveryStatus, FailureReason } from '@belfry/domain';
import type { ListPage } from './list-page.js';

/** A delivery as lists show it. */
export type DeliverySummary = Omit<Delivery, 'accountId' | 'payload' | 'attempt'>;

/** One try of a delivery. */
export interface Attempt {
  readonly attemptId: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly outcome: 'succeeded' | 'failed';
  readonly reason: FailureReason | null;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly response: AttemptResponse | null;
  /** What happened, for a person, where neither the reason nor a reply says it; absent or null otherwise. */
  readonly detail?: string | null;
}

/** What the other side answered. For email: the SMTP reply, with its code as `status`, no headers, its text as `body`. */
export interface AttemptResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** At most the first 16 KiB, read as UTF-8. */
  readonly body: string;
}

/** Which deliveries of an account a list holds. */
export interface DeliveryFilter {
  readonly status?: DeliveryStatus | undefined;
  readonly channel?: Channel | undefined;
  readonly eventType?: string | undefined;
  readonly eventId?: string | undefined;
  /** Only these, where they exist. */
  readonly deliveryIds?: readonly string[] | undefined;
  /** Created at this time or later. */
  readonly from?: Date | undefined;
  /** Created before this time. */
  readonly to?: Date | undefined;
}

/** Shows what happened to deliveries. */
export abstract class DeliveryLog {
  /** The delivery with its attempts, oldest first, or null. */
  abstract find(
    accountId: number,
    deliveryId: string,
  ): Promise<(DeliverySummary & { readonly attempts: Attempt[] }) | null>;

  /** Up to `limit` deliveries of the account, newest first, from the first older than the delivery `before`. */
  abstract list(
    accountId: number,
    filter: DeliveryFilter,
    limit: number,
    before?: string,
  ): Promise<ListPage<DeliverySummary>>;
}
