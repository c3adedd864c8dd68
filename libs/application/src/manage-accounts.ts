import { parseAccount, type Account, type Problem } from '@belfry/domain';
import { auditEntry } from './access/audit.js';
import type { Principal } from './access/principal.js';
import type { AccountStore, StoredAccount } from './ports/account-store.js';

/** What came of putting an account. */
export type PutAccountResult =
  | { readonly status: 'created' | 'replaced'; readonly account: StoredAccount }
  | { readonly status: 'invalid'; readonly problems: readonly Problem[] };

/** Creates and replaces accounts. */
export class ManageAccounts {
  constructor(private readonly accounts: AccountStore) {}

  /** Creates or replaces an account from `{account_name, primary_contact: {name?, email}}`. */
  async put(accountId: number, input: unknown, actor: Principal): Promise<PutAccountResult> {
    const parsed = parseAccount(accountId, input);
    if (!parsed.ok) return { status: 'invalid', problems: parsed.problems };
    const { account, created } = await this.accounts.put(parsed.value, (before) =>
      auditEntry(
        actor,
        before === null ? 'account.created' : 'account.replaced',
        before === null ? null : audited(before),
        audited(parsed.value),
      ),
    );
    return { status: created ? 'created' : 'replaced', account };
  }
}

/** An account as the audit log names its fields. */
function audited({ accountName, primaryContact }: Account) {
  return { account_name: accountName, primary_contact: primaryContact };
}
