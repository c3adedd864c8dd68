import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { audit } from '../stores/audit-entry.fixture.js';
import { PostgresAccountStore } from '../stores/account-store.js';
import { PostgresDeliveryStatistics } from '../stores/delivery-statistics.js';
import { PostgresEventStore } from '../stores/event-store.js';
import { account, leaseOf, newEvent, webhook } from '../stores/events.fixture.js';
import { PostgresDeliveryQueue } from '../queue/delivery-queue.js';
import { capacity, outcome, setEndpoints } from '../queue/queue.fixture.js';
import { Database } from './database.js';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { openDatabase } from './open-database.js';
import { ReadDatabase } from './read-database.js';

let url: string;
let drop: () => Promise<void>;
beforeEach(async () => ({ url, drop } = await createEmptyDatabase()));
afterEach(() => drop());

async function run(statement: string, on = url): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: on });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** What an operator, or a role made for something else, may have preset. */
const presets = [
  ['DateStyle', 'German'],
  ['TimeZone', 'Asia/Kathmandu'],
  ['IntervalStyle', 'iso_8601'],
  ['bytea_output', 'escape'],
  ['extra_float_digits', '-15'],
  ['standard_conforming_strings', 'off'],
  ['array_nulls', 'off'],
  ['default_transaction_isolation', 'serializable'],
  ['search_path', 'nowhere'],
  ['lock_timeout', '1ms'],
  ['statement_timeout', '20ms'],
  ['idle_in_transaction_session_timeout', '1ms'],
  ['enable_indexscan', 'off'],
  ['synchronous_commit', 'off'],
] as const;

describe.each(presets)('a database that presets %s to %s', (name, value) => {
  it('is migrated, stores, sends and answers as any other', async () => {
    await run(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET ${name} = '${value}'`);
    const dataSource = await openDatabase({ databaseUrl: url, poolSize: 2 }, () => undefined);
    const database = new Database(dataSource);
    const reads = new ReadDatabase(dataSource, { poolSize: 1 }, () => undefined);
    const accounts = new PostgresAccountStore(database, reads);
    const put = await accounts.put(account(1), audit);
    expect(put.account.createdAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(put.account.createdAt.getTime()).toBeLessThan(Date.now() + 60_000);
    const found = await accounts.find(1);
    expect(found?.createdAt).toEqual(put.account.createdAt);

    await setEndpoints(
      { query: (text, values) => database.statement(text, values ?? []) },
      'https://hooks.example.com/in',
    );
    const lease = leaseOf();
    const delivery = webhook();
    const event = newEvent(1, { deliveries: [delivery], payload: '{"path":"C:\\\\temp\\\\é"}' });
    expect(await new PostgresEventStore(database, reads).append([1], lease, () => [event])).toEqual([
      { outcome: 'stored' },
    ]);
    const queue = new PostgresDeliveryQueue(database, reads);
    const { deliveries } = await queue.claim('webhook', lease, capacity(1));
    expect(deliveries).toMatchObject([{ payload: event.event.payload, recipientRole: null }]);
    expect(deliveries[0]!.createdAt).toEqual(event.event.acceptedAt);
    expect(await queue.record(lease, [outcome(deliveries[0]!, { status: 'succeeded' })])).toEqual([]);
    const counts = await new PostgresDeliveryStatistics(reads).since(1, new Date(0));
    expect(counts).toMatchObject([{ status: 'succeeded', count: 1 }]);
    expect(counts[0]!.hour.getTime() % 3_600_000).toBe(0);
    expect(
      await database.statement(
        `SELECT '\\x00ff'::bytea AS bytes, 0.1::double precision + 0.2 AS number, now() AS now, '{NULL}'::text[] AS nulls,
           current_setting('synchronous_commit') AS durable, current_setting('statement_timeout') AS limit`,
        [],
      ),
    ).toEqual([
      {
        bytes: Buffer.from([0, 255]),
        number: 0.1 + 0.2,
        now: expect.any(Date) as Date,
        nulls: [null],
        durable: 'on',
        limit: '30s',
      },
    ]);
    await reads.onModuleDestroy();
    await dataSource.destroy();
  });
});

it('a stricter commit, which waits for replicas, stays as an operator has set it', async () => {
  await run(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = 'remote_apply'`);
  const dataSource = await openDatabase({ databaseUrl: url }, () => undefined);
  expect(await new Database(dataSource).statement('SHOW synchronous_commit', [])).toEqual([
    { synchronous_commit: 'remote_apply' },
  ]);
  await dataSource.destroy();
});

it('tables stay in their own schema, though a preset path leads elsewhere', async () => {
  await run('CREATE SCHEMA elsewhere');
  await run(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET search_path = 'elsewhere'`);
  const first = await openDatabase({ databaseUrl: url }, () => undefined);
  await new PostgresAccountStore(new Database(first), undefined).put(account(7), audit);
  await first.destroy();
  expect(await run(`SELECT account_id FROM belfry.accounts`)).toHaveLength(1);
  await run(`ALTER DATABASE ${new URL(url).pathname.slice(1)} RESET search_path`);
  const second = await openDatabase({ databaseUrl: url }, () => undefined);
  expect(await new Database(second).statement('SELECT account_id FROM accounts', [])).toEqual([
    { account_id: 7 },
  ]);
  await second.destroy();
});

it('what the URL sets beside what is pinned is kept', async () => {
  const withOptions = new URL(url);
  withOptions.searchParams.set('options', '-c work_mem=12MB');
  const dataSource = await openDatabase({ databaseUrl: withOptions.href }, () => undefined);
  expect(
    await new Database(dataSource).statement(
      `SELECT current_setting('work_mem') AS memory, current_setting('enable_seqscan') AS scans`,
      [],
    ),
  ).toEqual([{ memory: '12MB', scans: 'off' }]);
  await dataSource.destroy();
});

it('a database that is not of UTF8 is refused at start, by its encoding', async () => {
  const name = `belfry_test_${randomBytes(8).toString('hex')}`;
  await run(`CREATE DATABASE ${name} ENCODING 'LATIN1' TEMPLATE template0`);
  const latin = new URL(url);
  latin.pathname = `/${name}`;
  await expect(openDatabase({ databaseUrl: latin.href }, () => undefined)).rejects.toThrow(
    "the database's encoding is LATIN1",
  );
  await run(`DROP DATABASE ${name}`);
});
