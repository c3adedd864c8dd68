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
import { MoreThan, type EntityManager } from 'typeorm';
import type { Database } from '../database/database.js';
import type { Reads } from '../database/read-database.js';
import { AccountEntity, NotificationSettingsEntity } from '../entities/index.js';
import { isAccountBeingErased } from '../erasure/staged-erasure.js';
import { keepAuditEntry } from './audit-log.js';

const now = () => 'now()';

/** Accounts in PostgreSQL. Cold: platforms change them now and then. Publishing reads them by its own statement. */
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
    const { accountId } = account;
    return this.database.entities(async (manager, run) => {
      for (;;) {
        const before = await lockAccount(manager, accountId);
        if (!condition(before)) return { mismatch: before };
        if (before === null && (await isAccountBeingErased(run, accountId))) throw new AccountBeingErased();
        const entry = audit(before);
        if (before !== null && entry === null) return { account: before, created: false };
        if (before !== null) await change(manager, account);
        // Somebody else has just created it: then it is there to be changed.
        else if (!(await create(manager, account))) continue;
        if (entry !== null) await keepAuditEntry(run, accountId, entry);
        const stored = await manager.findOneByOrFail(AccountEntity, { accountId });
        return { account: storedAccount(stored), created: before === null };
      }
    });
  }

  async find(accountId: number): Promise<StoredAccount | null> {
    return this.database.entities(async (manager) => {
      const row = await manager.findOneBy(AccountEntity, { accountId });
      return row === null ? null : storedAccount(row);
    });
  }

  async list(after: number, limit: number): Promise<ListPage<StoredAccount>> {
    return this.reads.entities(async (manager) => {
      const rows = await manager.find(AccountEntity, {
        where: { accountId: MoreThan(after) },
        order: { accountId: 'ASC' },
        take: limit + 1,
      });
      return pageOf(rows.map(storedAccount), limit, ({ accountId }) => String(accountId));
    });
  }
}

/** The account, kept from changing until the transaction ends; null where there is none. */
async function lockAccount(manager: EntityManager, accountId: number): Promise<StoredAccount | null> {
  const row = await manager.findOne(AccountEntity, {
    where: { accountId },
    lock: { mode: 'pessimistic_write' },
  });
  return row === null ? null : storedAccount(row);
}

/** Answers false where there is one. A new one has untouched notification settings. */
async function create(manager: EntityManager, account: Account): Promise<boolean> {
  const { accountId } = account;
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(AccountEntity)
    .values({ accountId, ...columnsOf(account), version: 1, createdAt: now, updatedAt: now })
    .orIgnore()
    .returning('account_id')
    .execute();
  if ((inserted.raw as unknown[]).length === 0) return false;
  await manager.insert(NotificationSettingsEntity, {
    accountId,
    webhookUrl: null,
    events: {},
    version: 1,
    updatedAt: now,
  });
  return true;
}

async function change(manager: EntityManager, account: Account): Promise<void> {
  const { accountId } = account;
  await manager.update(
    AccountEntity,
    { accountId },
    { ...columnsOf(account), version: () => 'version + 1', updatedAt: now },
  );
}

function columnsOf({ accountName, primaryContact }: Account) {
  return { accountName, contactName: primaryContact.name, contactEmail: primaryContact.email };
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
