import { StorageUnavailable } from '@belfry/application';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from './database.fixture.js';
import { Database } from './database.js';
import { openDatabase } from './open-database.js';
import { PreparedStatement } from './statement.js';
import { OutcomeUnknown, Transaction } from './transaction.js';

/** A connection whose COMMIT fails like this. */
const failingWith = (message: string) =>
  ({
    query: (text: string) =>
      text === 'COMMIT' ? Promise.reject(new Error(message)) : Promise.resolve({ rows: [] }),
  }) as unknown as pg.PoolClient;

describe('a COMMIT that fails', () => {
  it.each([
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
  ])('and was never sent has stored nothing: %s', async (message) => {
    const transaction = await Transaction.begin(failingWith(message));
    const failure: unknown = await transaction.commit().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageUnavailable);
    expect(failure).not.toBeInstanceOf(OutcomeUnknown);
    expect(failure).toMatchObject({ outcomeIsKnown: true });
  });

  it('as its connection breaks may have stored everything', async () => {
    const transaction = await Transaction.begin(failingWith('Connection terminated unexpectedly'));
    const failure: unknown = await transaction.commit().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OutcomeUnknown);
    expect(failure).toMatchObject({ outcomeIsKnown: false });
  });
});

describe('a first statement that is cancelled', () => {
  let given: TestDatabase;
  beforeAll(async () => {
    given = await createTestDatabase();
  });
  afterAll(() => given.drop());

  it('has its transaction rolled back, and its connection serves the next', async () => {
    const dataSource = await openDatabase({ databaseUrl: given.url, poolSize: 1 }, () => undefined);
    const database = new Database(dataSource);
    const sleeping = new PreparedStatement('sleeping', 'SELECT pg_backend_pid() AS pid, pg_sleep($1)');
    const pid = (seconds: number) =>
      database.shortTransaction<{ pid: number }, number>(sleeping, [seconds], (rows) =>
        Promise.resolve(rows[0]!.pid),
      );
    const before = await pid(0);
    const cancelled = expect(pid(600)).rejects.toBeInstanceOf(StorageUnavailable);
    const cancel = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'`;
    while ((await given.query(cancel, [before])).length === 0);
    await cancelled;
    expect(await given.query('SELECT state FROM pg_stat_activity WHERE pid = $1', [before])).toEqual([
      { state: 'idle' },
    ]);
    expect(await pid(0)).toBe(before);
    await dataSource.destroy();
  });
});
