import { parseAccount, type Account, type Problem } from '@belfry/domain';
import { auditEntry } from './access/audit.js';
import type { Principal } from './access/principal.js';
import type { VersionCondition } from './manage-settings.js';
import type { Erase } from './erase.js';
import { AccountBeingErased, type AccountStore, type StoredAccount } from './ports/account-store.js';

/** What came of putting an account. */
export type PutAccountResult =
  | { readonly status: 'created'; readonly account: StoredAccount }
  | { readonly status: 'replaced'; readonly account: StoredAccount }
  | { readonly status: 'invalid'; readonly problems: readonly Problem[] }
  /** The account is not in the version the caller asked for; this is the one that stands, or null where there is none. */
  | { readonly status: 'version_mismatch'; readonly account: StoredAccount | null }
  /** What is left of an account that had this id is still being erased. */
  | { readonly status: 'being_erased' };

/** Creates and replaces accounts. */
export class ManageAccounts {
  constructor(
    private readonly accounts: AccountStore,
    private readonly erase: Pick<Erase, 'untilGone'>,
  ) {}

  /**
   * Creates or replaces an account from `{account_name, primary_contact: {name?, email}}`. With a condition, the change is
   * made only to a version that meets it.
   */
  async put(
    accountId: number,
    input: unknown,
    actor: Principal,
    condition?: VersionCondition,
  ): Promise<PutAccountResult> {
    const parsed = parseAccount(accountId, input);
    if (!parsed.ok) return { status: 'invalid', problems: parsed.problems };
    try {
      return await this.store(parsed.value, actor, condition);
    } catch (error) {
      if (!(error instanceof AccountBeingErased)) throw error;
      if (!(await this.erase.untilGone(accountId))) return { status: 'being_erased' };
      return this.store(parsed.value, actor, condition);
    }
  }

  private async store(
    account: Account,
    actor: Principal,
    condition: VersionCondition | undefined,
  ): Promise<PutAccountResult> {
    const stored = await this.accounts.put(
      account,
      (before) => {
        if (before === null) return auditEntry(actor, 'account.created', null, audited(account));
        const entry = auditEntry(actor, 'account.replaced', audited(before), audited(account));
        return entry.changes.length === 0 ? null : entry;
      },
      // An account that does not exist has no version that could be asked for (RFC 9110, section 13.1.1).
      condition && ((before) => before !== null && condition(before.version)),
    );
    if ('mismatch' in stored) return { status: 'version_mismatch', account: stored.mismatch };
    return { status: stored.created ? 'created' : 'replaced', account: stored.account };
  }
}

/** An account as the audit log names its fields. */
function audited({ accountName, primaryContact }: Account) {
  return { account_name: accountName, primary_contact: primaryContact };
}
