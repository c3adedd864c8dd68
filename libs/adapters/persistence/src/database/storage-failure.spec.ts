import { StorageUnavailable } from '@belfry/application';
import { createServer, type AddressInfo } from 'node:net';
import { PostgresAccountStore } from '../stores/account-store.js';
import { account } from '../stores/events.fixture.js';
import { Database } from './database.js';
import { createTestDatabase, type TestDatabase } from './database.fixture.js';
import { DatabaseHealth } from './database-health.js';
import { openDatabase } from './open-database.js';
import { breakableWayTo } from './outage.fixture.js';
import { StatementRefused } from './storage-failure.js';
import { audit } from '../stores/audit-entry.fixture.js';

let database: TestDatabase;
beforeAll(async () => (database = await createTestDatabase()));
afterAll(() => database.drop());

const cutAllOthers = () =>
  database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );

describe("a database that can't be reached", () => {
  it('is not healthy, is told by StorageUnavailable, and serves again once it can be reached', async () => {
    const way = await breakableWayTo(database.url);
    const dataSource = await openDatabase({ databaseUrl: way.url }, () => undefined);
    const health = new DatabaseHealth(new Database(dataSource));
    const accounts = new PostgresAccountStore(new Database(dataSource));
    expect(await health.check()).toBe(true);
    way.cut();
    expect(await health.check()).toBe(false);
    await expect(accounts.put(account(2), audit)).rejects.toBeInstanceOf(StorageUnavailable);
    await expect(accounts.find(2)).rejects.toBeInstanceOf(StorageUnavailable);
    way.mend();
    expect(await health.check()).toBe(true);
    expect((await accounts.put(account(2), audit)).created).toBe(true);
    await dataSource.destroy();
    await way.close();
  });

  it('is told by StorageUnavailable where a connection is cut in the middle of a transaction, and is reached again after', async () => {
    const cut = database.database.transaction(async (run) => {
      await run('SELECT 1', []);
      await cutAllOthers();
      await run('SELECT 2', []);
    });
    await expect(cut).rejects.toBeInstanceOf(StorageUnavailable);
    await poolToNotice();
    expect(await database.database.statement('SELECT 3 AS three', [])).toEqual([{ three: 3 }]);
  });

  it('is told by StorageUnavailable where a statement is cut off, and is reached again after', async () => {
    const slow = database.database.statement('SELECT pg_sleep(30)', []);
    const refused = expect(slow).rejects.toBeInstanceOf(StorageUnavailable);
    await untilSleeping();
    await cutAllOthers();
    await refused;
    await poolToNotice();
    const accounts = new PostgresAccountStore(database.database);
    expect((await accounts.put(account(1), audit)).created).toBe(true);
  });

  it('is not noticed where idle connections are cut: the pool makes new ones', async () => {
    await Promise.all([1, 2, 3].map(() => database.database.statement('SELECT 1', [])));
    await cutAllOthers();
    await poolToNotice();
    expect(await database.database.statement('SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
  });

  it('is told by StorageUnavailable where nothing listens, without its password', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const url = `postgres://belfry:s3cret@127.0.0.1:${port}/belfry`;
    const failure: unknown = await openDatabase({ databaseUrl: url }, () => undefined).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(StorageUnavailable);
    expect((failure as Error).message).toContain('ECONNREFUSED');
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('s3cret');
  });

  it('is not confused with a statement that is refused, which is told without its parameters', async () => {
    const secret = 'https://hooks.example.com/?token=s3cret';
    const refused = database.database.statement(
      `INSERT INTO notification_settings (account_id, webhook_url, version, updated_at) VALUES ($1, $2, 1, now())`,
      [404, secret],
    );
    const failure: unknown = await refused.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StatementRefused);
    expect(failure).toMatchObject({ code: '23503' });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('s3cret');
  });
});

/** Idle connections that were cut leave the pool when this process reads their end. */
const poolToNotice = () => database.query('SELECT pg_sleep(0.2)');

async function untilSleeping(): Promise<void> {
  for (;;) {
    const rows = await database.query(
      `SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(30)%' AND state = 'active'`,
    );
    if (rows.length > 0) return;
  }
}
