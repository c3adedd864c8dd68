import type { RedeliveryFilter } from './redeliveries.js';

/** The webhooks of one account that `InterruptQueued` would interrupt. */
export interface ForeseenInterruptions {
  readonly accountId: number;
  /** Those that are being sent included. */
  readonly interrupted: number;
  readonly beingSent: number;
}

/** Says what a change of many deliveries would do, so that a person can decide. It changes nothing. */
export abstract class ChangePreview {
  /**
   * How many deliveries of an account match, are no tests, were not redelivered before and have somewhere to go. What else
   * keeps one from being redelivered (a limit, somebody who is no longer a recipient) is found when it is done.
   */
  abstract redeliveries(accountId: number, filter: RedeliveryFilter): Promise<number>;

  /** The webhooks that are queued or being sent and were created before this time, by account in ascending order. */
  abstract interruptions(createdBefore: Date): Promise<readonly ForeseenInterruptions[]>;
}
