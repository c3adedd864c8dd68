import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { readBacklog } from './backlog-statement.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Queues this many for an account, due so many seconds ago. */
const queue = (account: number, count: number, dueSecondsAgo: number, channel: 'webhook' | 'email') =>
  database.query(
    `INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, status, next_attempt_at,
       created_at, put_off, recipient_role, recipient_domain)
     SELECT $1, gen_random_uuid(), gen_random_uuid(), 'run_failed', $4, 'somewhere', 'queued',
       now() - $3 * interval '1 second', now(), $3::double precision < 0, CASE $4 WHEN 'email' THEN 'subscriber' END,
       CASE $4 WHEN 'email' THEN 'example.com' END
     FROM generate_series(1, $2::integer)`,
    [account, count, dueSecondsAgo, channel],
  );

it('the backlog counts what waits, and finds the oldest of any account', async () => {
  expect(await readBacklog(database.database)).toEqual({
    webhook: { queued: 0, oldestSeconds: 0, waitingForRetry: 0 },
    email: { queued: 0, oldestSeconds: 0, waitingForRetry: 0 },
  });
  await queue(1, 3, 10, 'webhook');
  await queue(2, 2, 500, 'webhook');
  await queue(3, 1, 20, 'webhook');
  await queue(1, 2, 40, 'email');
  await queue(2, 4, -600, 'email');
  const { webhook, email } = await readBacklog(database.database);
  expect(webhook).toMatchObject({ queued: 6, waitingForRetry: 0 });
  expect(webhook.oldestSeconds).toBeGreaterThanOrEqual(500);
  expect(webhook.oldestSeconds).toBeLessThan(600);
  expect(email).toMatchObject({ queued: 2, waitingForRetry: 4 });
  expect(email.oldestSeconds).toBeGreaterThanOrEqual(40);
  expect(email.oldestSeconds).toBeLessThan(140);
});
