import type { Account } from '@belfry/domain';
import type { AuditEntry } from './audit-log.js';

/** An account as it is stored. */
export interface StoredAccount extends Account {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Keeps accounts. */
export abstract class AccountStore {
  /**
   * Creates or replaces the account; a new one gets untouched notification settings. `audit` makes the entry for the
   * audit log from what was there before.
   */
  abstract put(
    account: Account,
    audit: (before: Account | null) => AuditEntry,
  ): Promise<{ readonly account: StoredAccount; readonly created: boolean }>;
  /** The account, or null. */
  abstract find(accountId: number): Promise<StoredAccount | null>;
  /** Up to `limit` accounts in the order of their ids, from the first after `after` (0: from the start). */
  abstract list(after: number, limit: number): Promise<StoredAccount[]>;
}
