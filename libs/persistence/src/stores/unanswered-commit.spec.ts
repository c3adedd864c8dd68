import { StorageUnavailable, type NewEvent } from '@belfry/application';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresAccountStore } from './account-store.js';
import { PostgresEventStore } from './event-store.js';
import { account, claimOf, newEvent, webhook } from './events.fixture.js';
import { audit } from './audit-entry.fixture.js';

let database: TestDatabase;
let events: PostgresEventStore;
const accounts = [1, 2];

beforeAll(async () => {
  database = await createTestDatabase();
  events = new PostgresEventStore(database.database);
});
beforeEach(async () => {
  await database.query('TRUNCATE accounts, events, deliveries, attempts, idempotency_keys CASCADE');
  const store = new PostgresAccountStore(database.database);
  for (const id of accounts) await store.put(account(id), audit);
});
afterAll(() => database.drop());

const append = (...batch: NewEvent[]) => events.append(accounts, claimOf(), () => batch);
const count = async (table: string) =>
  (await database.query<{ count: string }>(`SELECT count(*) FROM ${table}`)).map((row) =>
    Number(row.count),
  )[0];

describe('a connection that is cut', () => {
  const cut = () =>
    database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );

  it('before the commit leaves nothing stored, and says so', async () => {
    const event = newEvent(1, {
      deliveries: [webhook()],
      idempotency: { scope: 0, key: 'held', inputHash: Buffer.alloc(32) },
    });
    // Another transaction holds the key, so that the batch waits in the middle of its own.
    await database.query('BEGIN');
    await database.query(`INSERT INTO idempotency_keys VALUES (0, 'held', '\\x00', $1, 0, now())`, [
      randomUUID(),
    ]);
    const appending = expect(append(event)).rejects.toBeInstanceOf(StorageUnavailable);
    while (
      (
        await database.query(
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        )
      ).length === 0
    );
    await cut();
    await database.query('ROLLBACK');
    await appending;
    expect(await count('events')).toBe(0);
    await database.query('SELECT pg_sleep(0.2)');
    expect(await append(event)).toEqual([{ outcome: 'stored' }]);
  });

  it('in the middle of the commit is answered by what became of it: stored, where it was', async () => {
    // A deferred trigger makes the commit slow; the server finishes it although the client is gone.
    await database.query(
      `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END'`,
    );
    await database.query(
      `CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()`,
    );
    try {
      const event = newEvent(1, { deliveries: [webhook()] });
      const appending = append(event);
      while (
        (
          await database.query(
            `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`,
          )
        ).length === 0
      );
      for (const { connection } of openClients()) connection.stream.destroy();
      expect(await appending).toEqual([{ outcome: 'stored' }]);
      expect(await count('deliveries')).toBe(1);
    } finally {
      await database.query('DROP TRIGGER slow ON events');
    }
  });

  it('in the middle of the commit is answered by what became of it: not stored, where the server ended it', async () => {
    await database.query(
      `CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NULL; END'`,
    );
    await database.query(
      `CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()`,
    );
    try {
      const appending = expect(append(newEvent(1))).rejects.toBeInstanceOf(StorageUnavailable);
      while (
        (
          await database.query(
            `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`,
          )
        ).length === 0
      );
      await cut();
      await appending;
      expect(await count('events')).toBe(0);
    } finally {
      await database.query('DROP TRIGGER slow ON events');
    }
  });
});

/** The driver's own connections, to cut them from this side. */
function openClients(): { connection: { stream: { destroy(): void } } }[] {
  const { master } = database.dataSource.driver as unknown as {
    master: { _clients: { connection: { stream: { destroy(): void } } }[] };
  };
  return [...master._clients];
}
