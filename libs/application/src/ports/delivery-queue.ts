import type { Channel, FailureReason, RecipientRole } from '@belfry/domain';
import type { Attempt } from './delivery-log.js';
import type { Claim } from './event-store.js';

/** A delivery that this process has claimed and is to start now. */
export interface ClaimedDelivery {
  readonly accountId: number;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly channel: Channel;
  readonly destination: string;
  readonly recipientRole: RecipientRole | null;
  readonly recipientDomain: string | null;
  /** The payload's bytes, as they were fixed at acceptance. */
  readonly payload: string;
  /** Which try this is, from 1. */
  readonly attempt: number;
  readonly createdAt: Date;
}

/** What this process can start now, and what it must pass over. */
export interface Capacity {
  /** The most deliveries to claim. */
  readonly limit: number;
  /** The most to claim of one account (webhooks) or of one recipient domain (mails) that is not in `inFlight`. */
  readonly perKey: number;
  /** How many of an account or recipient domain are in flight already: claims and these together stay within `perKey`. */
  readonly inFlight: ReadonlyMap<number | string, number>;
}

/** What came of a claimed delivery's attempt. */
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

/** A delivery whose claim was ended because its worker had died. */
export interface SweptDelivery {
  readonly accountId: number;
  readonly deliveryId: string;
  readonly eventId: string;
}

/** Deliveries of dead workers: webhooks are `interrupted`, mails are queued again. */
export interface SweptDeliveries {
  readonly interrupted: readonly SweptDelivery[];
  readonly requeued: readonly SweptDelivery[];
}

/** Hands out queued deliveries to workers, and records what came of them. Claims are row locks: no leader is needed. */
export abstract class DeliveryQueue {
  /**
   * Claims queued webhooks, oldest first within an account, in turn over the accounts: begins with the first account
   * after `after`, and answers where the next call is to begin (0: from the start; all accounts were seen).
   */
  abstract claimWebhooks(
    claim: Claim,
    capacity: Capacity,
    after: number,
  ): Promise<{ readonly deliveries: ClaimedDelivery[]; readonly next: number }>;

  /** Claims queued mails that are due, those that waited longest first. */
  abstract claimMails(claim: Claim, capacity: Capacity): Promise<ClaimedDelivery[]>;

  /**
   * Records outcomes and their attempts, in one transaction. An outcome counts only for the claim it belongs to: one
   * that comes after another worker has taken the delivery is dropped; one of a webhook that was marked interrupted
   * meanwhile still counts. Answers the ids of the deliveries whose outcome was dropped.
   */
  abstract record(claim: Claim, outcomes: readonly RecordedOutcome[]): Promise<string[]>;

  /** Gives back deliveries that were claimed and not begun: they are queued again, and the attempt is not counted. */
  abstract release(claim: Claim, deliveries: readonly ClaimedDelivery[]): Promise<void>;

  /** Renews the leases of these deliveries, where this worker's claim on them still holds. */
  abstract renew(claim: Claim, deliveries: readonly ClaimedDelivery[]): Promise<void>;

  /** What waits in the queue, by channel. */
  abstract backlog(): Promise<Record<Channel, Backlog>>;

  /** Ends claims whose lease has run out, at most 1,000 at a time; answers what became of them. */
  abstract sweep(): Promise<SweptDeliveries>;
}
