/** The pipeline's statements through PgBouncer, in each of its modes. */
import { audit } from '../stores/audit-entry.fixture.js';
import { PostgresAccountStore } from '../stores/account-store.js';
import { PostgresEventStore } from '../stores/event-store.js';
import { account, leaseOf, mail, newEvent, webhook } from '../stores/events.fixture.js';
import { PostgresDeliveryQueue } from '../queue/delivery-queue.js';
import { PostgresQueueSignal } from '../queue/queue-signal.js';
import { capacity, outcome, setEndpoints } from '../queue/queue.fixture.js';
import { Database } from './database.js';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { DatabaseHealth } from './database-health.js';
import { examineServer } from './examine-server.js';
import { appliedMigrations } from './migrate.js';
import { openDatabase } from './open-database.js';
import { ReadDatabase } from './read-database.js';
import { findPgbouncer, startPgbouncer, type Pgbouncer } from '@belfry/kit/pgbouncer';

const isInstalled = findPgbouncer() !== null;
if (!isInstalled) process.stderr.write('no pgbouncer is installed here: nothing was tried through one\n');
const withPgbouncer = isInstalled ? describe : describe.skip;

withPgbouncer.each(['session', 'transaction'] as const)('through a pooler in %s mode', (mode) => {
  let direct: string;
  let drop: () => Promise<void>;
  let pooler: Pgbouncer;
  beforeEach(async () => {
    ({ url: direct, drop } = await createEmptyDatabase());
    // Presets of the database are those of every session that the pooler gives.
    const name = new URL(direct).pathname.slice(1);
    pooler = await startPgbouncer(direct, mode, { poolSize: mode === 'session' ? 12 : 3 });
    const plain = await openPlain(direct);
    await plain.query(`ALTER DATABASE ${name} SET datestyle = 'German'`);
    await plain.end();
  });
  afterEach(async () => {
    await pooler.stop();
    await drop();
  });

  it('that is found out', async () => {
    expect(await examineServer(pooler.url)).toMatchObject({ pooling: mode, encoding: 'UTF8' });
    expect(await examineServer(direct)).toMatchObject({ pooling: 'none' });
  });

  it.each([
    ['with the server’s own URL for migrations', true],
    ['without', false],
  ])('the database is migrated by one of three that start at once, %s', async (_how, hasDirect) => {
    const opened = await Promise.all(
      [1, 2, 3].map(() =>
        openDatabase(
          { databaseUrl: pooler.url, poolSize: 2, directUrl: hasDirect ? direct : undefined },
          () => undefined,
        ),
      ),
    );
    expect(opened.map((each) => appliedMigrations(each).length > 0).filter(Boolean)).toHaveLength(1);
    expect(await new DatabaseHealth(new Database(opened[0]!)).check()).toBe(true);
    await Promise.all(opened.map((each) => each.destroy()));
  });

  it('events are stored, claimed and recorded by many at once, with their times, and nothing is left in a session', async () => {
    const dataSource = await openDatabase({ databaseUrl: pooler.url, poolSize: 6 }, () => undefined);
    const database = new Database(dataSource);
    const reads = new ReadDatabase(dataSource, { poolSize: 2 }, () => undefined);
    const accounts = new PostgresAccountStore(database, reads);
    const events = new PostgresEventStore(database, reads);
    const queue = new PostgresDeliveryQueue(database, reads);
    const ids = Array.from({ length: 20 }, (_, index) => index + 1);
    for (const id of ids) await accounts.put(account(id), audit);
    await setEndpoints(
      { query: (text, values) => database.statement(text, values ?? []) },
      'https://hooks.example.com/in',
    );
    const put = await accounts.find(1);
    expect(Math.abs(put!.createdAt.getTime() - Date.now())).toBeLessThan(60_000);

    const batches = await Promise.all(
      ids.map((id) =>
        events.append([id], leaseOf(), () => [
          newEvent(id, {
            deliveries: [webhook(), mail()],
            idempotency: id % 2 === 0 ? null : { scope: 0, key: `key ${id}`, inputHash: Buffer.alloc(32) },
          }),
        ]),
      ),
    );
    expect(batches.flat()).toEqual(ids.map(() => ({ outcome: 'stored' })));
    const claims = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const lease = leaseOf();
        const { deliveries } = await queue.claim('webhook', lease, capacity(5, { otherPlaces: 1 }));
        return { lease, deliveries };
      }),
    );
    const claimed = claims.flatMap(({ deliveries }) => deliveries);
    expect(new Set(claimed.map(({ deliveryId }) => deliveryId)).size).toBe(claimed.length);
    const dropped = await Promise.all(
      claims.map(({ lease, deliveries }) =>
        queue.record(
          lease,
          deliveries.map((each) => outcome(each, { status: 'succeeded' })),
        ),
      ),
    );
    expect(dropped.flat()).toEqual([]);
    const rows = await database.statement<{ count: number }>(
      `SELECT count(*)::integer AS count FROM deliveries WHERE status = 'succeeded'`,
      [],
    );
    expect(rows).toEqual([{ count: claimed.length }]);
    await reads.onModuleDestroy();
    await dataSource.destroy();

    if (mode === 'session') return;
    // What the next user of the same sessions finds.
    const plain = await openPlain(pooler.url);
    const { rows: left } = await plain.query(
      `SELECT current_setting('DateStyle') AS style, current_setting('statement_timeout') AS limit,
         (SELECT count(*)::integer FROM pg_prepared_statements) AS prepared,
         (SELECT count(*)::integer FROM pg_locks WHERE locktype = 'advisory') AS locks`,
    );
    expect(left).toEqual([{ style: 'German, DMY', limit: '0', prepared: 0, locks: 0 }]);
    await plain.end();
  });

  it('a statement that is refused leaves nothing stored, and the connection serves on', async () => {
    const dataSource = await openDatabase({ databaseUrl: pooler.url, poolSize: 1 }, () => undefined);
    const database = new Database(dataSource);
    await expect(database.statement('SELECT $1::integer', ['one'])).rejects.toMatchObject({ code: '22P02' });
    expect(await database.statement('SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
    const events = new PostgresEventStore(database, undefined);
    await new PostgresAccountStore(database, undefined).put(account(1), audit);
    const tooMany = newEvent(1);
    const refused = { ...tooMany, event: { ...tooMany.event, accountId: 2 ** 70 } };
    await expect(events.append([1], leaseOf(), () => [newEvent(1), refused])).rejects.toThrow('bigint');
    expect(await database.statement('SELECT FROM events', [])).toEqual([]);
    await dataSource.destroy();
  });

  it('hints are heard by the server’s own URL', async () => {
    const dataSource = await openDatabase({ databaseUrl: pooler.url, poolSize: 2 }, () => undefined);
    const database = new Database(dataSource);
    const listener = new PostgresQueueSignal(database, direct);
    const talker = new PostgresQueueSignal(database, null);
    const heard = new Promise((resolve) => listener.listen(resolve));
    const announcing = setInterval(() => talker.announce('webhook'), 20);
    expect(await heard).toBe('webhook');
    clearInterval(announcing);
    await Promise.all([listener.onApplicationShutdown(), talker.onApplicationShutdown()]);
    await dataSource.destroy();
  });
});

async function openPlain(url: string) {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}
