import type { AuditEntry } from './audit-log.js';

/** A delivery's place in the order in which the queue is gone through. */
export interface WebhookPlace {
  readonly accountId: number;
  readonly deliveryId: string;
}

/** Which queued webhooks are to be interrupted, and under which id. */
export interface Interruption {
  /** Only those that were created before this time. */
  readonly createdBefore: Date;
  /** Only those that come after this one, by account and then by delivery. */
  readonly after: WebhookPlace;
  /** The most at once. */
  readonly limit: number;
  /** Stands for the worker that an interrupted webhook was last claimed by. */
  readonly interruption: string;
}

/** Webhooks that have not ended, seen over all accounts: for an operator who must keep them from being sent again. */
export abstract class QueuedWebhooks {
  /**
   * Makes queued webhooks `interrupted`, oldest first within an account, accounts in ascending order, and keeps an entry
   * in each account's audit log, made of how many of it there were: all in one transaction. Those that a worker is just
   * claiming are passed over. Answers the places of those that were interrupted, in order.
   */
  abstract interrupt(
    interruption: Interruption,
    entryFor: (count: number) => AuditEntry,
  ): Promise<readonly WebhookPlace[]>;

  /**
   * Makes webhooks that are being sent `interrupted`, those whose leases end first, at most `limit`, with entries in the
   * audit logs as above. Should one be under way all the same, its outcome still counts.
   */
  abstract interruptSending(
    chosen: Pick<Interruption, 'createdBefore' | 'limit'>,
    entryFor: (count: number) => AuditEntry,
  ): Promise<readonly WebhookPlace[]>;
}
