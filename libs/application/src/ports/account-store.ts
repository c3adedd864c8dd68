import type { Account } from '@belfry/domain';
import type { AuditEntry } from './audit-log.js';
import type { ListPage } from './list-page.js';

/** An account as it is stored. */
export interface StoredAccount extends Account {
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An account that was just created or replaced. */
export interface PutAccount {
  readonly account: StoredAccount;
  readonly created: boolean;
}

/** Says whether a change may be made to what is there: the account, or null where there is none. */
export type AccountCondition = (before: StoredAccount | null) => boolean;

/** Thrown where an account is to be created while one by the same id is still being erased. */
export class AccountBeingErased extends Error {
  constructor() {
    super('an account by this id is being erased');
    this.name = 'AccountBeingErased';
  }
}

/** Keeps accounts. */
export abstract class AccountStore {
  /**
   * Creates or replaces the account; a new one gets untouched notification settings. `audit` makes the entry for the
   * audit log from what was there before; where it answers null, nothing differs, and what was there stands. With a condition, nothing is stored where it does not hold for what was there;
   * then the answer is that.
   */
  abstract put(account: Account, audit: (before: Account | null) => AuditEntry | null): Promise<PutAccount>;
  abstract put(
    account: Account,
    audit: (before: Account | null) => AuditEntry | null,
    condition: AccountCondition | undefined,
  ): Promise<PutAccount | { readonly mismatch: StoredAccount | null }>;
  /** The account, or null. */
  abstract find(accountId: number): Promise<StoredAccount | null>;
  /** Up to `limit` accounts in the order of their ids, from the first after `after` (0: from the start). */
  abstract list(after: number, limit: number): Promise<ListPage<StoredAccount>>;
}
