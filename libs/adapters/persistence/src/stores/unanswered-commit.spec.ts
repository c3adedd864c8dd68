import { StorageUnavailable } from '@belfry/application';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { createTestBatches, type TestBatches } from './batches.fixture.js';
import { newEvent, webhook } from './events.fixture.js';

let batches: TestBatches;
let database: TestBatches['database'];
let append: TestBatches['append'];
let count: TestBatches['count'];
beforeAll(async () => {
  batches = await createTestBatches();
  ({ database, append, count } = batches);
});
beforeEach(() => batches.clear());
afterAll(() => batches.database.drop());

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

  /** Makes the server sleep for each event: while it is stored, or at the commit. */
  async function sleeping(when: 'last statement' | 'commit', seconds: number): Promise<void> {
    await database.query(`CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql
      AS 'BEGIN PERFORM pg_sleep(${seconds}); RETURN NULL; END'`);
    const [kind, timing] =
      when === 'commit' ? ['CONSTRAINT TRIGGER', 'DEFERRABLE INITIALLY DEFERRED'] : ['TRIGGER', ''];
    await database.query(
      `CREATE ${kind} slow AFTER INSERT ON events ${timing} FOR EACH ROW EXECUTE FUNCTION slow()`,
    );
  }
  const asleep = async () => {
    const sleepers = `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`;
    while ((await database.query(sleepers)).length === 0);
  };
  afterEach(() => database.query('DROP TRIGGER IF EXISTS slow ON events'));

  it('in the middle of the commit is answered by what happened: stored, if it was', async () => {
    await sleeping('commit', 1);
    const appending = append(newEvent(1, { deliveries: [webhook()] }));
    await asleep();
    // The server finishes the commit although the client is gone.
    for (const { connection } of openClients()) connection.stream.destroy();
    expect(await appending).toEqual([{ outcome: 'stored' }]);
    expect(await count('deliveries')).toBe(1);
  });

  it.each(['last statement', 'commit'] as const)(
    'in the middle of the %s, by the server, is answered by what happened: not stored',
    async (when) => {
      await sleeping(when, 30);
      const appending = expect(append(newEvent(1))).rejects.toBeInstanceOf(StorageUnavailable);
      await asleep();
      await cut();
      await appending;
      expect(await count('events')).toBe(0);
    },
  );

  it('in the middle of the last statement is answered by what happened, which is up to the server', async () => {
    await sleeping('last statement', 1);
    const appending = append(newEvent(1)).then(
      () => 1,
      (error: unknown) => (error instanceof StorageUnavailable ? 0 : Promise.reject(error as Error)),
    );
    await asleep();
    // Later versions see that the client is gone when they answer the statement; PostgreSQL 15 goes on to the COMMIT.
    for (const { connection } of openClients()) connection.stream.destroy();
    const stored = await appending;
    await database.query('SELECT pg_sleep(1)');
    expect(await count('events')).toBe(stored);
  });
});

describe('a statement that the server refuses', () => {
  it('leaves nothing stored, though its commit was sent with it, and the connection serves on', async () => {
    const tooMany = { ...newEvent(1).event, accountId: 2 ** 70 };
    await expect(append(newEvent(1), { ...newEvent(2), event: tooMany })).rejects.toThrow('bigint');
    expect(await count('events')).toBe(0);
    expect(await append(newEvent(1))).toEqual([{ outcome: 'stored' }]);
    expect(await count('events')).toBe(1);
  });

  it('leaves no idempotency key taken', async () => {
    const idempotency = { scope: 0, key: 'once', inputHash: Buffer.alloc(32) };
    const event = newEvent(1, { idempotency });
    const refused = { ...event, event: { ...event.event, accountId: 2 ** 70 } };
    await expect(append(refused)).rejects.toThrow('bigint');
    expect(await count('idempotency_keys')).toBe(0);
    expect(await append(event)).toEqual([{ outcome: 'stored' }]);
  });
});

describe('a last statement that the driver never sends', () => {
  it('leaves no idempotency key taken: the COMMIT was not sent ahead of it', async () => {
    const { master } = database.dataSource.driver as unknown as { master: pg.Pool };
    const patched = new Map<pg.PoolClient, pg.PoolClient['query']>();
    const refuse = (client: pg.PoolClient) => {
      if (patched.has(client)) return;
      const send = client.query.bind(client) as (...given: unknown[]) => unknown;
      patched.set(client, client.query);
      client.query = ((first: unknown, ...rest: unknown[]) =>
        (first as { name?: string }).name?.startsWith('store_events') === true
          ? Promise.reject(new Error('the driver failed'))
          : send(first, ...rest)) as typeof client.query;
    };
    master.on('acquire', refuse);
    const event = newEvent(1, { idempotency: { scope: 0, key: 'unsent', inputHash: Buffer.alloc(32) } });
    await expect(append(event)).rejects.toThrow('the driver failed');
    master.off('acquire', refuse);
    for (const [client, query] of patched) client.query = query;
    expect(await count('idempotency_keys')).toBe(0);
    expect(await append(event)).toEqual([{ outcome: 'stored' }]);
  });
});

/** The driver's own connections, to cut them from this side. */
function openClients(): { connection: { stream: { destroy(): void } } }[] {
  const { master } = database.dataSource.driver as unknown as {
    master: { _clients: { connection: { stream: { destroy(): void } } }[] };
  };
  return [...master._clients];
}
