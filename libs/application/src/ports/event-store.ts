import type { Account, Delivery, Event, NotificationSettings } from '@belfry/domain';
import type { DeliverySummary } from './delivery-log.js';
import type { Lease } from './delivery-queue.js';
import type { ListPage } from './list-page.js';

/** A delivery to be stored with its event. Its id is a UUIDv7, greater than those that this process made before it. */
export interface NewDelivery extends Pick<
  Delivery,
  'deliveryId' | 'channel' | 'destination' | 'recipientRole' | 'test'
> {
  /** True where this process starts the delivery at once: it is stored as `sending`, under the lease of the batch. */
  readonly leased: boolean;
}

/** The caller's promise that a second publish is the same as a first one. */
export interface IdempotencyKey {
  /** Whose keys these are: a number below 0 for each API key. (0 and above were platforms and accounts, in older versions.) */
  readonly scope: number;
  readonly key: string;
  /** SHA-256 of the checked input. */
  readonly inputHash: Uint8Array;
}

/** An event to be stored, with the deliveries it calls for. */
export interface NewEvent {
  readonly event: Event;
  readonly deliveries: readonly NewDelivery[];
  readonly idempotency: IdempotencyKey | null;
}

/** What a batch is planned by, as it stands inside the transaction that stores the batch. */
export interface IntakeSnapshot {
  readonly accounts: ReadonlyMap<
    number,
    { readonly account: Account; readonly settings: NotificationSettings }
  >;
  /** Accounts that have webhooks queued: a new one must not overtake them. */
  readonly accountsWithQueuedWebhooks: ReadonlySet<number>;
  /** True while mails that are due are queued. */
  readonly mailsAreQueued: boolean;
}

/** What happened to one event of a batch: stored; or an earlier publish answered, with what it answered or with a conflict. */
export type Appended =
  | { readonly outcome: 'stored' }
  | { readonly outcome: 'repeated'; readonly eventId: string; readonly deliveries: number }
  | { readonly outcome: 'idempotency_conflict' };

/** An event as lists show it. */
export interface EventSummary {
  readonly eventId: string;
  readonly eventType: string;
  readonly environment: string;
  readonly accountId: number;
  readonly acceptedAt: Date;
}

/** Which events of an account a list holds. */
export interface EventFilter {
  readonly eventType?: string | undefined;
  /** Accepted at this time or later. */
  readonly from?: Date | undefined;
  /** Accepted before this time. */
  readonly to?: Date | undefined;
}

/** Keeps events, each with its deliveries. */
export abstract class EventStore {
  /**
   * In one transaction: takes the snapshot of these accounts, has `plan` make the events, and stores them with their
   * deliveries. Answers for each planned event, in order, what happened to it; when it answers, all is durable. An
   * idempotency key counts for 24 hours. Where the transaction is begun again (a deadlock), `plan` is called again and
   * replaces what it made before. Throws `StorageUnavailable` where the database does not serve; then nothing is stored.
   */
  abstract append(
    accountIds: readonly number[],
    lease: Lease,
    plan: (snapshot: IntakeSnapshot) => readonly NewEvent[],
  ): Promise<Appended[]>;

  /** The event with its payload's bytes and its deliveries (the newest 200), or null. */
  abstract find(
    accountId: number,
    eventId: string,
  ): Promise<(EventSummary & { readonly payload: string; readonly deliveries: DeliverySummary[] }) | null>;

  /** Up to `limit` events of the account, newest first, from the first older than the event `before`. */
  abstract list(
    accountId: number,
    filter: EventFilter,
    limit: number,
    before?: string,
  ): Promise<ListPage<EventSummary>>;
}
