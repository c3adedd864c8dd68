import type { AuditEntry } from './audit-log.js';

/** What is to be erased: all of an account, or one address of a person out of it. */
export interface Erasure {
  readonly erasureId: string;
  readonly accountId: number;
  /** The person's address; null for all of the account. */
  readonly email: string | null;
}

/** What a step has come to: there is more to do, something that is under way must end first, or nothing is left. */
export type ErasureStep = 'more' | 'waiting' | 'done';

/** One worker's way through an erasure. It may be begun anew at any time, by anybody: a step only takes away what is there. */
export interface ErasureWork {
  /** Takes one small step, a transaction of some milliseconds. */
  step(): Promise<ErasureStep>;
}

/** What replaces an address that was erased. No one has this address. */
export const erasedAddress = '(erased)';

/** Takes accounts and persons out of everything that is kept. */
export abstract class Erasures {
  /**
   * Takes the account away, with its settings, keys, links and sessions: from here on it does not exist, and what it has
   * queued is not sent. Answers what is left to be erased; null where there is no such account.
   */
  abstract beginAccount(accountId: number, audit: AuditEntry): Promise<Erasure | null>;

  /** Takes the address off every list of the account. Changes nothing where it is the primary contact's. */
  abstract beginRecipient(
    accountId: number,
    email: string,
    audit: AuditEntry,
  ): Promise<Erasure | 'unknown_account' | 'primary_contact'>;

  /** Whether something of an account that was erased is still there. */
  abstract isAccountLeft(accountId: number): Promise<boolean>;

  /** An erasure that no process has worked on for a while, as after a crash; null if there is none. */
  abstract takeUp(): Promise<Erasure | null>;

  /** Goes to work on an erasure. */
  abstract work(erasure: Erasure): ErasureWork;
}
