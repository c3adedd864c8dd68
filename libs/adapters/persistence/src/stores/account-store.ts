import {
  AccountBeingErased,
  AccountStore,
  pageOf,
  type AccountCondition,
  type AuditEntry,
  type ListPage,
  type PutAccount,
  type StoredAccount,
} from '@belfry/application';
import type { Account } from '@belfry/domain';
import type { Database } from '../database/database.js';
import type { Reads } from '../database/read-database.js';
import type { Run } from '../database/statement.js';
import type { AccountEntity } from '../entities/index.js';
import { keepAuditEntry } from './audit-log.js';

/** Accounts in PostgreSQL. */
export class PostgresAccountStore extends AccountStore {
  constructor(
    private readonly database: Database,
    private readonly reads: Reads = database,
  ) {
    super();
  }

  override put(account: Account, audit: (before: Account | null) => AuditEntry | null): Promise<PutAccount>;
  override put(
    account: Account,
    audit: (before: Account | null) => AuditEntry | null,
    condition: AccountCondition | undefined,
  ): Promise<PutAccount | { readonly mismatch: StoredAccount | null }>;
  override async put(
    account: Account,
    audit: (before: Account | null) => AuditEntry | null,
    condition: AccountCondition = () => true,
  ): Promise<PutAccount | { readonly mismatch: StoredAccount | null }> {
    return this.database.transaction(async (run) => {
      const before = await lockAccount(run, account.accountId);
      if (!condition(before)) return { mismatch: before };
      if (before === null && (await isBeingErased(run, account.accountId))) throw new AccountBeingErased();
      const entry = audit(before);
      if (before !== null && entry === null) return { account: before, created: false };
      const row = await putAccount(run, account);
      if (entry !== null) await keepAuditEntry(run, account.accountId, entry);
      const { version, created_at: createdAt, updated_at: updatedAt, created } = row;
      return { account: { ...account, version, createdAt, updatedAt }, created };
    });
  }

  async find(accountId: number): Promise<StoredAccount | null> {
    const [row] = await this.database.statement<AccountEntity>(
      `SELECT account_id AS "accountId", account_name AS "accountName", contact_name AS "contactName",
         contact_email AS "contactEmail", version, created_at AS "createdAt", updated_at AS "updatedAt"
       FROM accounts WHERE account_id = $1`,
      [accountId],
    );
    return row === undefined ? null : storedAccount(row);
  }

  async list(after: number, limit: number): Promise<ListPage<StoredAccount>> {
    const rows = await this.reads.statement<AccountEntity>(
      `SELECT account_id AS "accountId", account_name AS "accountName", contact_name AS "contactName",
         contact_email AS "contactEmail", version, created_at AS "createdAt", updated_at AS "updatedAt"
       FROM accounts WHERE account_id > $1 ORDER BY account_id LIMIT $2`,
      [after, limit + 1],
    );
    return pageOf(rows.map(storedAccount), limit, ({ accountId }) => String(accountId));
  }
}

function storedAccount(row: AccountEntity): StoredAccount {
  return {
    accountId: row.accountId,
    accountName: row.accountName,
    primaryContact: { name: row.contactName, email: row.contactEmail },
    version: row.version,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

async function isBeingErased(run: Run, accountId: number): Promise<boolean> {
  return (await run('SELECT FROM erasures WHERE account_id = $1 AND email IS NULL', [accountId])).length > 0;
}

/** The account as it stands, kept from changing until the transaction ends; null where there is none. */
async function lockAccount(run: Run, accountId: number): Promise<StoredAccount | null> {
  const [row] = await run<{
    account_name: string;
    contact_name: string | null;
    contact_email: string;
    version: number;
    created_at: Date;
    updated_at: Date;
  }>(
    `SELECT account_name, contact_name, contact_email, version, created_at, updated_at
     FROM accounts WHERE account_id = $1 FOR UPDATE`,
    [accountId],
  );
  if (row === undefined) return null;
  return {
    accountId,
    accountName: row.account_name,
    primaryContact: { name: row.contact_name, email: row.contact_email },
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/**
 * Creates or replaces an account; a new one gets its notification settings in the same statement. A row that was
 * inserted, not updated, has no `xmax`.
 */
async function putAccount(run: Run, { accountId, accountName, primaryContact }: Account) {
  const [row] = await run<{ version: number; created_at: Date; updated_at: Date; created: boolean }>(
    `WITH stored AS (
       INSERT INTO accounts (account_id, account_name, contact_name, contact_email, created_at, updated_at)
       VALUES ($1, $2, $3, $4, now(), now())
       ON CONFLICT (account_id) DO UPDATE SET account_name = excluded.account_name,
         contact_name = excluded.contact_name, contact_email = excluded.contact_email,
         version = accounts.version + 1, updated_at = now()
       RETURNING account_id, version, created_at, updated_at, xmax = 0 AS created
     ), settings AS (
       INSERT INTO notification_settings (account_id, version, updated_at)
       SELECT account_id, 1, now() FROM stored WHERE created
     )
     SELECT version, created_at, updated_at, created FROM stored`,
    [accountId, accountName, primaryContact.name, primaryContact.email],
  );
  return row!;
}
