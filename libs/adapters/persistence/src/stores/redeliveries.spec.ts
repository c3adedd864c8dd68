import type { RedeliveryAllowances } from '@belfry/application';
import { v7 } from 'uuid';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresAccountStore } from './account-store.js';
import { audit } from './audit-entry.fixture.js';
import { account } from './events.fixture.js';
import { lookedAtOnce, PostgresRedeliveries } from './redeliveries.js';

let database: TestDatabase;
let redeliveries: PostgresRedeliveries;
const failed = lookedAtOnce * 2 + 100;
beforeAll(async () => {
  database = await createTestDatabase();
  redeliveries = new PostgresRedeliveries(database.database);
  for (const id of [1, 2, 3]) await new PostgresAccountStore(database.database).put(account(id), audit);
  await database.query(`UPDATE notification_settings SET webhook_url = 'https://hooks.example.com/'`);
  await database.query(
    `INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, status, attempts,
       next_attempt_at, created_at, finished_at)
     SELECT 1, ('01a20000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid, gen_random_uuid(),
       CASE WHEN number > $1::integer - 100 THEN 'tenant_created' ELSE 'run_failed' END, 'webhook',
       'https://hooks.example.com/', 'failed', 1, now(), now(), now()
     FROM generate_series(1, $1::integer) AS number`,
    [failed],
  );
  await addFailed(2, 3);
});
afterAll(() => database.drop());

const allowances: RedeliveryAllowances = {
  webhook: { purpose: 'webhook redeliveries', limit: 100_000, seconds: 3_600 },
  email: { purpose: 'mail redeliveries', limit: 100_000, seconds: 3_600 },
};

/** Gives an account so many failed webhooks; answers their ids. */
async function addFailed(accountId: number, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => v7());
  await database.query(
    `INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, status, attempts,
       next_attempt_at, created_at, finished_at)
     SELECT $1, id, gen_random_uuid(), 'run_failed', 'webhook', 'https://hooks.example.com/', 'failed', 1, now(), now(), now()
     FROM unnest($2::uuid[]) AS id`,
    [accountId, ids],
  );
  return ids;
}

const redeliver = (accountId: number, deliveryId: string) =>
  redeliveries.redeliver(accountId, deliveryId, v7(), allowances, audit());

/** Goes through all of an account that match; answers how many each transaction queued. */
async function steps(eventType?: string, accountId = 1, atOnce = 500): Promise<number[]> {
  const counts: number[] = [];
  let after: string | null = null;
  do {
    const newIds = Array.from({ length: atOnce }, () => v7());
    const answer: { queued: number; next: string | null } = await redeliveries.redeliverMatching(
      accountId,
      { status: 'failed', eventType },
      newIds,
      after,
      allowances,
      audit,
    );
    counts.push(answer.queued);
    after = answer.next;
  } while (after !== null);
  return counts;
}

it('a bulk redelivery looks at some at a time where none matches, and finds what does', async () => {
  expect(await steps('tenant_created')).toEqual([0, 0, 100]);
});

it('what was redelivered before is passed over in as many looks, and the rest is queued once', async () => {
  const counts = await steps();
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(failed - 100);
  expect(Math.max(...counts)).toBe(500);
  expect(await steps()).toEqual([0, 0, 0]);
});

it('a bulk redelivery of one account has left those of another alone', async () => {
  const queued = await database.query<{ account_id: string; count: number }>(
    'SELECT account_id, count(*)::integer FROM deliveries WHERE redelivery_of IS NOT NULL GROUP BY 1',
  );
  expect(queued.map((row) => [Number(row.account_id), row.count])).toEqual([[1, failed]]);
});

it('a single one is asked for within its account, and not again while it is under way', async () => {
  const [deliveryId] = await addFailed(3, 1);
  expect(await redeliver(2, deliveryId!)).toEqual({ status: 'not_found' });
  expect(await redeliver(3, v7())).toEqual({ status: 'not_found' });
  expect(await redeliver(3, deliveryId!)).toEqual({ status: 'queued' });
  expect(await redeliver(3, deliveryId!)).toEqual({ status: 'under_way' });
  await database.query(`UPDATE notification_settings SET webhook_url = NULL WHERE account_id = 3`);
  const [other] = await addFailed(3, 1);
  expect(await redeliver(3, other!)).toEqual({ status: 'no_endpoint' });
});

it('of many who ask for the same one at once, one gets it: the others wait to see what it has done', async () => {
  const [deliveryId] = await addFailed(2, 1);
  const lock = 'SELECT FROM deliveries WHERE account_id = 2 AND delivery_id = $1 FOR UPDATE';
  let answered = 0;
  const asked = await database.database.transaction(async (run) => {
    await run(lock, [deliveryId]);
    const asking = [1, 2, 3].map(() => redeliver(2, deliveryId!).finally(() => (answered += 1)));
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while (answered === 0 && (await database.query(waiting)).length < asking.length);
    return { asking };
  });
  const statuses = (await Promise.all(asked.asking)).map(({ status }) => status);
  expect(statuses.sort()).toEqual(['queued', 'under_way', 'under_way']);
  expect(await database.query('SELECT FROM deliveries WHERE redelivery_of = $1', [deliveryId])).toHaveLength(
    1,
  );
});

it('of several bulk redeliveries of an account at once, each delivery is redelivered by one', async () => {
  await new PostgresAccountStore(database.database).put(account(4), audit);
  await database.query(`UPDATE notification_settings SET webhook_url = 'https://hooks.example.com/'`);
  await addFailed(4, 3_000);
  const counts = await Promise.all([1, 2, 3, 4].map(() => steps(undefined, 4, 100)));
  expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(3_000);
  const [queued] = await database.query<{ all: string; distinct: string }>(
    `SELECT count(*) AS all, count(DISTINCT redelivery_of) AS distinct FROM deliveries
     WHERE account_id = 4 AND redelivery_of IS NOT NULL`,
  );
  expect(queued).toEqual({ all: '3000', distinct: '3000' });
});
