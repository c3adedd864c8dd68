import type { Account } from '@belfry/domain';

/** An account as it is stored. */
export interface StoredAccount extends Account {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Keeps accounts. */
export abstract class AccountStore {
  /** Creates or replaces the account; a new one gets untouched notification settings. */
  abstract put(account: Account): Promise<{ readonly account: StoredAccount; readonly created: boolean }>;
  /** The account, or null. */
  abstract find(accountId: number): Promise<StoredAccount | null>;
  /** Up to `limit` accounts in the order of their ids, from the first after `after` (0: from the start). */
  abstract list(after: number, limit: number): Promise<StoredAccount[]>;
}
