import { parseAccount, type Problem } from '@belfry/domain';
import type { AccountStore, StoredAccount } from './ports/account-store.js';

/** What came of putting an account. */
export type PutAccountResult =
  | { readonly status: 'created' | 'replaced'; readonly account: StoredAccount }
  | { readonly status: 'invalid'; readonly problems: readonly Problem[] };

/** Creates and replaces accounts. */
export class ManageAccounts {
  constructor(private readonly accounts: AccountStore) {}

  /** Creates or replaces an account from `{account_name, primary_contact: {name?, email}}`. */
  async put(accountId: number, input: unknown): Promise<PutAccountResult> {
    const parsed = parseAccount(accountId, input);
    if (!parsed.ok) return { status: 'invalid', problems: parsed.problems };
    const { account, created } = await this.accounts.put(parsed.value);
    return { status: created ? 'created' : 'replaced', account };
  }
}
