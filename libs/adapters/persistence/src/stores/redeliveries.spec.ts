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
  await new PostgresAccountStore(database.database).put(account(1), audit);
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
});
afterAll(() => database.drop());

const allowances: RedeliveryAllowances = {
  webhook: { purpose: 'webhook redeliveries', limit: 100_000, seconds: 3_600 },
  email: { purpose: 'mail redeliveries', limit: 100_000, seconds: 3_600 },
};

/** Goes through all that match; answers how many each transaction queued. */
async function steps(eventType?: string): Promise<number[]> {
  const counts: number[] = [];
  let after: string | null = null;
  do {
    const newIds = Array.from({ length: 500 }, () => v7());
    const answer: { queued: number; next: string | null } = await redeliveries.redeliverMatching(
      1,
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
