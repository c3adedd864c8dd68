import type { Appended, NewEvent } from '@belfry/application';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresAccountStore } from './account-store.js';
import { audit } from './audit-entry.fixture.js';
import { PostgresEventStore } from './event-store.js';
import { account, leaseOf } from './events.fixture.js';

/** An event store on a database of its own, with the accounts 1 and 2. */
export interface TestBatches {
  readonly database: TestDatabase;
  readonly events: PostgresEventStore;
  /** Stores these events as one batch. */
  append(...batch: NewEvent[]): Promise<Appended[]>;
  /** How many rows a table has. */
  count(table: string): Promise<number>;
  /** Leaves the two accounts, and nothing else. */
  clear(): Promise<void>;
}

/** The accounts of a batch. */
export const accounts = [1, 2];

export async function createTestBatches(): Promise<TestBatches> {
  const database = await createTestDatabase();
  const events = new PostgresEventStore(database.database);
  return {
    database,
    events,
    append: (...batch) => events.append(accounts, leaseOf(), () => batch),
    count: async (table) =>
      (await database.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table}`))[0]!.count,
    clear: async () => {
      await database.query('TRUNCATE accounts, events, deliveries, attempts, idempotency_keys CASCADE');
      const store = new PostgresAccountStore(database.database);
      for (const id of accounts) await store.put(account(id), audit);
    },
  };
}
