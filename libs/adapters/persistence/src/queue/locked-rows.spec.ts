/** Workers neither wait for each other's rows nor get the same delivery: what another transaction holds is passed over. */
import pg from 'pg';
import type { TestDatabase } from '../database/database.fixture.js';
import { leaseOf } from '../stores/events.fixture.js';
import { capacity, createTestQueue, ids, type TestQueue } from './queue.fixture.js';

let database: TestDatabase;
let given: TestQueue;
/** Another process's connection, in a transaction. */
let other: pg.Client;

beforeAll(async () => {
  given = await createTestQueue();
  ({ database } = given);
  other = new pg.Client({ connectionString: database.url, options: '-c search_path=belfry,public' });
  await other.connect();
});
beforeEach(async () => {
  await database.query('TRUNCATE events, deliveries, attempts');
  await other.query('BEGIN');
});
afterEach(() => other.query('ROLLBACK'));
afterAll(async () => {
  await other.end();
  await database.drop();
});

const lock = (deliveryId: string) =>
  other.query('SELECT FROM deliveries WHERE delivery_id = $1 FOR UPDATE', [deliveryId]);

it.each(['webhook', 'email'] as const)(
  'a claim of %s passes over a row that another is claiming',
  async (channel) => {
    const [held, free] =
      channel === 'webhook'
        ? await given.queueWebhooks(1, 2)
        : await given.queueMails(['a.example', 'a.example']);
    await lock(held!);
    const { deliveries } = await given.queue.claim(channel, leaseOf(), capacity(10));
    expect(ids(deliveries)).toEqual([free]);
  },
);

it('a renewal passes over a row whose outcome is being recorded, and renews the others', async () => {
  await given.queueWebhooks(1, 2);
  const lease = leaseOf(undefined, 1_000);
  const { deliveries } = await given.queue.claim('webhook', lease, capacity(2));
  await lock(deliveries[0]!.deliveryId);
  await given.queue.renew({ ...lease, leaseMs: 600_000 }, deliveries);
  const renewed = await database.query<{ delivery_id: string }>(
    `SELECT delivery_id FROM deliveries WHERE lease_expires_at > now() + interval '1 minute'`,
  );
  expect(renewed).toEqual([{ delivery_id: deliveries[1]!.deliveryId }]);
});

it('a sweep passes over a row whose outcome is being recorded, and ends the others', async () => {
  await given.queueWebhooks(1, 2);
  const { deliveries } = await given.queue.claim('webhook', leaseOf(undefined, -1), capacity(2));
  await lock(deliveries[0]!.deliveryId);
  const { interrupted } = await given.queue.sweep();
  expect(interrupted.map(({ deliveryId }) => deliveryId)).toEqual([deliveries[1]!.deliveryId]);
});

it('the end of pauses passes over a row that another is at work on, and makes the others due', async () => {
  const [held] = await given.queueMails(['a.example', 'a.example']);
  await database.query(`UPDATE deliveries SET put_off = true, next_attempt_at = now() - interval '1 second'`);
  await lock(held!);
  expect(await given.queue.endPauses()).toBe(1);
});
