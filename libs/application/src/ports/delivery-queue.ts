import type { Channel, Delivery, FailureReason } from '@belfry/domain';
import type { Attempt } from './delivery-log.js';

/** A worker's hold on deliveries. */
export interface Lease {
  /** The id of this process's worker. */
  readonly worker: string;
  /** How long it holds without being renewed, in milliseconds. */
  readonly leaseMs: number;
}

/** A delivery that this process has claimed and is to start now. */
export type ClaimedDelivery = Pick<
  Delivery,
  | 'accountId'
  | 'deliveryId'
  | 'eventId'
  | 'eventType'
  | 'channel'
  | 'destination'
  | 'recipientRole'
  | 'payload'
  | 'attempt'
  | 'createdAt'
>;

/** What this process can start now, and what it must pass over. */
export interface Capacity {
  /** The most deliveries to claim. */
  readonly limit: number;
  /** How many more may start of these accounts; what is in flight is taken off already. */
  readonly places: ReadonlyMap<number, number>;
  /** How many may start of an account that is not in `places`. */
  readonly otherPlaces: number;
  /** Those of the accounts whose endpoints are slow. */
  readonly slow: ReadonlySet<number>;
  /** To one origin (webhooks) or recipient domain (mails). */
  readonly destinations: {
    /** How many may be in flight to one, in all. */
    readonly limit: number;
    /** How many are in flight to each already; those without any are not in it. */
    readonly inFlight: ReadonlyMap<string, number>;
    /** How many of the limit are kept back from slow accounts. */
    readonly keptFromSlow: number;
  };
}

/** Whose turn a place is: an account's, by its id (webhooks), or a recipient domain's (mails). */
export type Turn = number | string;

/** One look into the queue: all of the channel's accounts (webhooks) or recipient domains (mails) are gone through, some at a time. */
export type Look = {
  /** What was claimed, in the order in which it is to start. */
  readonly deliveries: readonly ClaimedDelivery[];
  /** Queued webhooks that ended, as their account has no endpoint any more or turned their event type off. */
  readonly turnedOff: readonly EndedDelivery[];
  /** Whoever got all that the capacity left them: more of theirs may be queued. */
  readonly cutShort: readonly Turn[];
  /** True where somebody got less than that, as the claim's own limit was shared out: another look brings more. */
  readonly sharedOut: boolean;
} & (
  | {
      /** It came to the end of the queue: the next look begins at its front. */
      readonly exhausted: true;
    }
  | {
      readonly exhausted: false;
      /** The next look is to begin after this turn. */
      readonly next: Turn | undefined;
    }
);

/** The outcome of a claimed delivery's attempt. */
export interface RecordedOutcome {
  readonly delivery: ClaimedDelivery;
  readonly attempt: Attempt;
  /**
   * What the delivery becomes: finished, or (mail alone) queued again, to be tried after `retryInMs`.
   */
  readonly next:
    | { readonly status: 'succeeded' }
    | { readonly status: 'failed'; readonly reason: FailureReason }
    | { readonly status: 'queued'; readonly retryInMs: number };
}

/** What of one channel waits in the queue. */
export interface Backlog {
  /** Queued and due. */
  readonly queued: number;
  /** For how many seconds the oldest of these has been due. */
  readonly oldestSeconds: number;
  /** Queued for a later time: mails that are tried again. */
  readonly waitingForRetry: number;
}

/** A delivery that ended without an attempt. */
export type EndedDelivery = Pick<Delivery, 'accountId' | 'deliveryId' | 'eventId' | 'channel'>;

/** Deliveries of dead workers: webhooks are `interrupted`, mails are queued again. */
export interface SweptDeliveries {
  readonly interrupted: readonly EndedDelivery[];
  readonly requeued: readonly EndedDelivery[];
}

/** Hands out queued deliveries to workers, and records their outcomes. Claims are row locks: no leader is needed. */
export abstract class DeliveryQueue {
  /**
   * Claims what is queued and due, as far as the capacity has room: it becomes `sending`, under this lease.
   * Webhooks: in turn over the accounts, oldest first within each. Each goes to the endpoint that is set as it is claimed;
   * one that has nowhere to go any more ends here. Mails: in turn over the recipient domains, and within each in turn over
   * the accounts, those that waited longest first. Begins after the turn `after`, or at the front of the queue.
   */
  abstract claim(channel: Channel, lease: Lease, capacity: Capacity, after?: Turn): Promise<Look>;

  /**
   * Records outcomes and their attempts, in one transaction. An outcome counts only for the claim it belongs to: one
   * that comes after another worker has taken the delivery is dropped; one of a webhook that was marked interrupted
   * meanwhile still counts. Answers the ids of the deliveries whose outcome was dropped.
   */
  abstract record(lease: Lease, outcomes: readonly RecordedOutcome[]): Promise<string[]>;

  /** Gives back deliveries that were claimed and not begun: they are queued again, and the attempt is not counted. */
  abstract release(lease: Lease, deliveries: readonly ClaimedDelivery[]): Promise<void>;

  /** Renews the leases of these deliveries, where this worker's claim on them still holds. */
  abstract renew(lease: Lease, deliveries: readonly ClaimedDelivery[]): Promise<void>;

  /** Makes mails due whose pause before the next try is over, a thousand at most; answers how many. */
  abstract endPauses(): Promise<number>;

  /** What waits in the queue, by channel. */
  abstract backlog(): Promise<Record<Channel, Backlog>>;

  /** Ends claims whose lease has run out, at most 1,000 at a time; answers what happened to their deliveries. */
  abstract sweep(): Promise<SweptDeliveries>;
}
