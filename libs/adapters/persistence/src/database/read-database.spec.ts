import { ReadTooSlow } from '@belfry/application';
import { createTestDatabase, type TestDatabase } from './database.fixture.js';
import { ReadDatabase } from './read-database.js';
import { StatementRefused } from './storage-failure.js';

let database: TestDatabase;
let reads: ReadDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  reads = new ReadDatabase(database.dataSource, { poolSize: 2, timeoutMs: 200 }, () => undefined);
});
afterAll(async () => {
  await reads.onModuleDestroy();
  await database.drop();
});

it('a read that takes too long is ended, and its connection reads on', async () => {
  const slow = Array.from({ length: 4 }, () => reads.statement('SELECT pg_sleep(3600)', []));
  for (const read of slow) await expect(read).rejects.toThrow(ReadTooSlow);
  expect(await reads.statement('SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
  expect(
    await database.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%3600%'
      AND state = 'active' AND pid <> pg_backend_pid()`),
  ).toHaveLength(0);
});

it('whatever is read, it holds its own connections alone, and reads as all others do', async () => {
  const holding = Array.from({ length: 10 }, () => reads.statement('SELECT pg_sleep(0.05)', []));
  expect(await database.database.statement('SELECT 1::bigint AS one', [])).toEqual([{ one: 1 }]);
  await Promise.all(holding);
  const [row] = await database.query<{ count: string }>(
    `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'belfry reads'`,
  );
  expect(Number(row!.count)).toBe(2);
  expect(
    await reads.statement(
      `SELECT 1::bigint AS number, '{"a":  1}'::json AS json, current_setting('jit') AS jit`,
      [],
    ),
  ).toEqual([{ number: 1, json: '{"a":  1}', jit: 'off' }]);
});

it('a statement whose values are at fault leaves it as a refusal', async () => {
  await expect(reads.statement('SELECT $1::integer', ['one'])).rejects.toThrow(StatementRefused);
});
