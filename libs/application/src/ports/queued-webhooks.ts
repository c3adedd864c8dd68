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

/** Webhooks that wait for a worker, seen over all accounts: for an operator who must keep them from being sent. */
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
}
