import { RetentionSweep, SystemClock, type ActivityLog } from '@belfry/application';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresRetention } from './retention.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() =>
  database.query(`TRUNCATE accounts, events, deliveries, attempts, audit_log, api_keys, idempotency_keys,
    portal_links, portal_sessions, delivery_statistics CASCADE`),
);

const now = new Date('2026-11-28T12:00:00Z');
const daysAgo = (days: number, hours = 0) => new Date(now.getTime() - (days * 24 + hours) * 3_600_000);
const retention = () => new PostgresRetention(database.database);
const sweep = () =>
  new RetentionSweep(
    retention(),
    Object.assign(new SystemClock(), { now: () => now }),
    { retired: () => undefined } as unknown as ActivityLog,
    { events: 30, audit: 365 },
  ).sweep();

/** SQL for a UUIDv7 of the time \`made\` that ends with \`number\`. */
const id = (kind: string) =>
  `(lpad(to_hex((extract(epoch FROM made) * 1000)::bigint), 12, '0') || '7000a00${kind}' || lpad(to_hex(number), 12, '0'))::uuid`;

const makeAccounts = (from: number, to: number) =>
  database.query(
    `INSERT INTO accounts (account_id, account_name, contact_email, created_at, updated_at)
     SELECT number, 'Acme', 'ada@example.com', now(), now() FROM generate_series($1::integer, $2::integer) AS number`,
    [from, to],
  );

/** Stores so many events of each of these accounts, accepted at this time, each with a delivery and its attempt. */
const storeEvents = (accounts: number[], count: number, made: Date, status = 'succeeded') =>
  database.query(
    `WITH made AS (
       SELECT account_id, number, $3::timestamptz AS made
       FROM unnest($1::bigint[]) AS account_id, generate_series(1, $2::integer) AS number
     ), stored AS (
       INSERT INTO events SELECT account_id, ${id('1')}, 'run_failed', 'production', '{}', made FROM made
     ), delivered AS (
       INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, status, worker,
         lease_expires_at, next_attempt_at, created_at, finished_at)
       SELECT account_id, ${id('2')}, ${id('1')}, 'run_failed', 'webhook', 'https://hooks.example.com/', $4,
         CASE $4 WHEN 'sending' THEN gen_random_uuid() END, CASE $4 WHEN 'sending' THEN now() END, made, made,
         CASE WHEN $4 NOT IN ('queued', 'sending') THEN made END
       FROM made
     )
     INSERT INTO attempts (account_id, delivery_id, attempt_id, started_at, duration_ms, outcome, request_headers)
     SELECT account_id, ${id('2')}, gen_random_uuid(), made, 1, 'failed', '{}' FROM made`,
    [accounts, count, made, status],
  );

/** How many rows a table has. */
const count = async (table: string) =>
  (await database.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table}`))[0]!.count;
const counts = () => Promise.all(['events', 'deliveries', 'attempts'].map(count));

/** Keeps so many entries of an account, made so many days ago. */
const keep = (account: number, entries: number, days: number) =>
  database.query(
    `INSERT INTO audit_log (account_id, entry_id, at, actor_kind, actor_id, action, changes)
     SELECT $1, ${id('0')}, made, 'key', 'k', 'settings.changed', '[]'
     FROM generate_series(1, $2::integer) AS number, (SELECT $3::timestamptz AS made) AS time`,
    [account, entries, daysAgo(days)],
  );
const left = async () =>
  (
    await database.query<{ account_id: string; count: number }>(
      'SELECT account_id, count(*)::integer AS count FROM audit_log GROUP BY 1 ORDER BY 1',
    )
  ).map(({ account_id, count }) => [Number(account_id), count]);

describe('old events', () => {
  it('go with their deliveries and attempts, to the hour of their day', async () => {
    await makeAccounts(1, 1);
    await storeEvents([1], 3, daysAgo(30, 1));
    await storeEvents([1], 2, daysAgo(29, 23));
    expect(await sweep()).toBe(3);
    expect(await counts()).toEqual([2, 2, 2]);
  });

  it('go in as many batches as it takes, of one account and of accounts behind 500 others', async () => {
    await makeAccounts(1, 1_003);
    await storeEvents([1], 450, daysAgo(40));
    await storeEvents([501, 1_002, 1_003], 150, daysAgo(40));
    expect(await sweep()).toBe(900);
    expect(await counts()).toEqual([0, 0, 0]);
  });

  it('of the account after one that filled a batch go in the next', async () => {
    await makeAccounts(1, 3);
    await storeEvents([1, 2, 3], 2, daysAgo(40));
    const first = await retention().deleteEvents(daysAgo(30), 3, 0);
    expect(first).toEqual({ deleted: 3, next: 1 });
    expect(await retention().deleteEvents(daysAgo(30), 3, first.next!)).toEqual({ deleted: 3, next: 2 });
    expect(await retention().deleteEvents(daysAgo(30), 3, 2)).toEqual({ deleted: 0, next: null });
  });

  it.each(['queued', 'sending'])('stay while a delivery of theirs is %s', async (status) => {
    await makeAccounts(1, 1);
    await storeEvents([1], 1, daysAgo(40), status);
    await storeEvents([1], 1, daysAgo(41));
    expect(await sweep()).toBe(1);
    expect(await counts()).toEqual([1, 1, 1]);
  });

  it('that another transaction is using are left for the next time, and hold nothing up', async () => {
    await makeAccounts(1, 1);
    await storeEvents([1], 2, daysAgo(40));
    await database.database.transaction(async (run) => {
      await run('SELECT FROM events ORDER BY event_id LIMIT 1 FOR UPDATE', []);
      expect(await retention().deleteEvents(daysAgo(30), 10, 0)).toMatchObject({ deleted: 1 });
    });
    expect(await sweep()).toBe(1);
  });
});

it("the audit log's old entries go, in steps, of every account, of erased ones and of the platform", async () => {
  await keep(0, 3, 400);
  await keep(0, 1, 364);
  await keep(7, 450, 366);
  await keep(7, 2, 1);
  for (let account = 100; account < 1_200; account += 1) await keep(account, 1, account % 2 === 0 ? 400 : 10);
  await sweep();
  const found = await left();
  expect(found.slice(0, 2)).toEqual([
    [0, 1],
    [7, 2],
  ]);
  expect(found.slice(2).map(([account]) => account! % 2)).toEqual(Array.from({ length: 550 }, () => 1));
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

it('what has run out goes; keys of a repeat, links, sessions and statistics that still count stay', async () => {
  await makeAccounts(1, 1);
  await database.query(`
    INSERT INTO idempotency_keys
    SELECT 0, name, '', gen_random_uuid(), 0, at FROM (VALUES ('over', now() - interval '25 hours'),
      ('counts', now() - interval '23 hours'), ('new', now())) AS key (name, at)`);
  await database.query(`
    INSERT INTO portal_links SELECT 1, sha256(name::bytea), at, '{settings:read}', NULL, NULL
    FROM (VALUES ('over', now() - interval '1 second'), ('good', now() + interval '1 minute')) AS link (name, at)`);
  await database.query(`
    INSERT INTO portal_sessions SELECT 1, gen_random_uuid(), sha256(name::bytea), now(), at, '{settings:read}', NULL
    FROM (VALUES ('over', now() - interval '1 second'), ('good', now() + interval '1 minute')) AS session (name, at)`);
  await database.query(
    `INSERT INTO delivery_statistics SELECT 1, hour, 'webhook', 'run_failed', 'succeeded', 1, gen_random_uuid(), 1
     FROM unnest($1::timestamptz[]) AS hour`,
    [[daysAgo(31), daysAgo(29)]],
  );
  await sweep();
  expect(await database.query('SELECT idempotency_key FROM idempotency_keys ORDER BY 1')).toEqual([
    { idempotency_key: 'counts' },
    { idempotency_key: 'new' },
  ]);
  expect(await database.query(`SELECT link_hash = sha256('good') AS good FROM portal_links`)).toEqual([
    { good: true },
  ]);
  expect(await database.query(`SELECT session_hash = sha256('good') AS good FROM portal_sessions`)).toEqual([
    { good: true },
  ]);
  expect(await database.query('SELECT hour FROM delivery_statistics')).toEqual([{ hour: daysAgo(29) }]);
});
