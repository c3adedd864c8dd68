import { erasedAddress } from '@belfry/application';
import type { TestDatabase } from '../database/database.fixture.js';
import { createTestQueue, type TestQueue } from '../queue/queue.fixture.js';
import { PostgresChangePreview } from './change-preview.js';

let database: TestDatabase;
let queueWebhooks: TestQueue['queueWebhooks'];
let queueMails: TestQueue['queueMails'];
let preview: PostgresChangePreview;

beforeAll(async () => {
  ({ database, queueWebhooks, queueMails } = await createTestQueue());
  preview = new PostgresChangePreview(database.database);
});
beforeEach(() => database.query('TRUNCATE events, deliveries, attempts'));
afterAll(() => database.drop());

const later = () => new Date(Date.now() + 1_000);

test('interruptions are counted by account, those that are being sent apart; mails and later ones are not', async () => {
  await queueWebhooks(1, 3);
  const [sending] = await queueWebhooks(3, 2);
  await queueMails(['a.example']);
  await database.query(
    `UPDATE deliveries SET status = 'sending', lease_expires_at = now(), worker = gen_random_uuid() WHERE delivery_id = $1`,
    [sending],
  );
  expect(await preview.interruptions(later())).toEqual([
    { accountId: 1, interrupted: 3, beingSent: 0 },
    { accountId: 3, interrupted: 2, beingSent: 1 },
  ]);
  expect(await preview.interruptions(new Date('0000-01-01T00:00:00Z'))).toEqual([]);
});

test('redeliveries are counted as they match: no tests, none that was redelivered, none that was erased, and webhooks only to an endpoint', async () => {
  const [test, redelivered] = await queueWebhooks(1, 5);
  await queueMails(['a.example']);
  await database.query(
    `UPDATE deliveries SET status = 'failed', finished_at = now(), reason = 'timeout', test = (delivery_id = $1)`,
    [test],
  );
  await database.query('UPDATE notification_settings SET webhook_url = $1 WHERE account_id = 1', [
    'https://hooks.example.com/',
  ]);
  const failed = { status: 'failed' } as const;
  expect(await preview.redeliveries(1, failed)).toBe(5);
  await database.query(
    `UPDATE deliveries SET redelivery_of = $1 WHERE channel = 'email' AND account_id = 1`,
    [redelivered],
  );
  expect(await preview.redeliveries(1, failed)).toBe(4);
  expect(await preview.redeliveries(1, { ...failed, channel: 'email' })).toBe(1);
  expect(await preview.redeliveries(1, { ...failed, to: new Date('0000-01-01T00:00:00Z') })).toBe(0);
  expect(
    await preview.redeliveries(1, { ...failed, from: new Date('0000-01-01T00:00:00Z'), to: later() }),
  ).toBe(4);
  await database.query(
    'UPDATE notification_settings SET webhook_url = NULL, events = DEFAULT WHERE account_id = 1',
  );
  expect(await preview.redeliveries(1, failed)).toBe(1);
  await database.query('UPDATE deliveries SET destination = $1', [erasedAddress]);
  expect(await preview.redeliveries(1, failed)).toBe(0);
});
