import { RetentionSweep, type ActivityLog, type Clock } from '@belfry/application';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresRetention } from './retention.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.query('TRUNCATE audit_log, api_keys'));

const now = new Date('2026-11-28T12:00:00Z');
const sweep = () =>
  new RetentionSweep(
    new PostgresRetention(database.database, false),
    { now: () => now } satisfies Clock,
    { retired: () => undefined } as unknown as ActivityLog,
    { events: 30, audit: 365 },
  ).sweep();

/** Keeps so many entries of an account, made so many days ago. */
const keep = (account: number, count: number, daysAgo: number) =>
  database.query(
    `INSERT INTO audit_log (account_id, entry_id, at, actor_kind, actor_id, action, changes)
     SELECT $1, (lpad(to_hex((extract(epoch FROM made) * 1000)::bigint), 12, '0') || '7000a000'
         || lpad(to_hex(number), 12, '0'))::uuid, made, 'key', 'k', 'settings.changed', '[]'
     FROM generate_series(1, $2::integer) AS number,
       (SELECT $4::timestamptz - $3 * interval '1 day' AS made) AS time`,
    [account, count, daysAgo, now],
  );
const left = async () =>
  (
    await database.query<{ account_id: string; count: number }>(
      'SELECT account_id, count(*)::integer AS count FROM audit_log GROUP BY 1 ORDER BY 1',
    )
  ).map(({ account_id, count }) => [Number(account_id), count]);

it("the audit log's old entries go, in steps, of every account, of erased ones and of the platform", async () => {
  await keep(0, 3, 400);
  await keep(0, 1, 364);
  await keep(7, 450, 366);
  await keep(7, 2, 1);
  for (let account = 100; account < 1_200; account += 1) await keep(account, 1, account % 2 === 0 ? 400 : 10);
  await sweep();
  const counts = await left();
  expect(counts.slice(0, 2)).toEqual([
    [0, 1],
    [7, 2],
  ]);
  expect(counts.slice(2).map(([account]) => account! % 2)).toEqual(Array.from({ length: 550 }, () => 1));
}, 60_000);

it('keys that were revoked so long ago go; those revoked since, and those in use, stay', async () => {
  await database.query(
    `INSERT INTO api_keys (key_id, name, key_hash, scopes, created_at, revoked_at)
     SELECT gen_random_uuid(), name, sha256((name || number)::bytea), '{}', '2020-01-01', revoked
     FROM (VALUES ('old', '2025-11-01'::timestamptz, 450), ('new', '2026-11-01', 3), ('used', NULL, 2))
       AS key (name, revoked, count), generate_series(1, count) AS number`,
  );
  await sweep();
  expect(await database.query('SELECT name, count(*)::integer FROM api_keys GROUP BY 1 ORDER BY 1')).toEqual([
    { name: 'new', count: 3 },
    { name: 'used', count: 2 },
  ]);
});
