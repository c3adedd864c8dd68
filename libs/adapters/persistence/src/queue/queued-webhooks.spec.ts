import { InterruptQueued, SystemClock, type Principal } from '@belfry/application';
import type { TestDatabase } from '../database/database.fixture.js';
import { PostgresAuditLog } from '../stores/audit-log.js';
import { leaseOf } from '../stores/events.fixture.js';
import { capacity, createTestQueue, outcome, rowOf, type TestQueue } from './queue.fixture.js';
import { PostgresQueuedWebhooks } from './queued-webhooks.js';

const operator: Principal = { kind: 'operator', id: 'cli', accountId: null, scopes: new Set() };

let database: TestDatabase;
let queue: TestQueue['queue'];
let queueWebhooks: TestQueue['queueWebhooks'];
let queueMails: TestQueue['queueMails'];
let interruptQueued: InterruptQueued;

beforeAll(async () => {
  ({ database, queue, queueWebhooks, queueMails } = await createTestQueue());
  interruptQueued = new InterruptQueued(
    new PostgresQueuedWebhooks(database.database),
    // Times are of milliseconds: later than what was queued in this very one.
    Object.assign(new SystemClock(), { now: () => new Date(Date.now() + 1) }),
  );
});
beforeEach(() => database.query('TRUNCATE events, deliveries, attempts, audit_log'));
afterAll(() => database.drop());

it('interrupts what is queued of every account, more than one transaction takes, and leaves nothing to be claimed', async () => {
  const [oldest] = await queueWebhooks(1, 1_500);
  await queueWebhooks(3, 700);
  expect(await interruptQueued.createdBefore(operator)).toEqual([
    { accountId: 1, interrupted: 1_500, beingSent: 0 },
    { accountId: 3, interrupted: 700, beingSent: 0 },
  ]);
  expect(await rowOf(database, oldest!)).toMatchObject({
    status: 'interrupted',
    reason: null,
    attempts: 0,
    finished_at: expect.any(Date) as Date,
  });
  expect((await queue.claim('webhook', leaseOf(), capacity(10))).deliveries).toEqual([]);
  expect(await interruptQueued.createdBefore(operator)).toEqual([]);
});

it('leaves mails queued, and what came later in the queue or under way', async () => {
  const [mailId] = await queueMails(['a.example']);
  const [claimedId] = await queueWebhooks(1, 1);
  const lease = leaseOf();
  await queue.claim('webhook', lease, capacity(1));
  await queueWebhooks(1, 1);
  await database.query(`UPDATE deliveries SET created_at = '2026-11-24T12:00:00Z' WHERE status = 'queued'`);
  const [laterId] = await queueWebhooks(2, 1);

  expect(await interruptQueued.createdBefore(operator, new Date('2026-11-24T12:00:00Z'))).toEqual([]);
  expect(await interruptQueued.createdBefore(operator, new Date('2026-11-24T12:00:01Z'))).toEqual([
    { accountId: 1, interrupted: 1, beingSent: 0 },
  ]);
  expect(await rowOf(database, mailId!)).toMatchObject({ status: 'queued' });
  expect(await rowOf(database, laterId!)).toMatchObject({ status: 'queued' });
  expect(await rowOf(database, claimedId!)).toMatchObject({ status: 'sending', worker: lease.worker });
});

it('interrupts what was being sent when the backup was made, all of it, at once; an outcome that comes all the same counts', async () => {
  await queueWebhooks(1, 1_200);
  const [queuedId] = await queueWebhooks(2, 2);
  const [mailId] = await queueMails(['a.example']);
  const lease = leaseOf();
  const { deliveries } = await queue.claim('webhook', lease, capacity(1_200, { places: [[2, 0]] }));
  await queue.claim('webhook', lease, capacity(1), 1);
  await queue.claim('email', lease, capacity(1));
  expect(await interruptQueued.createdBefore(operator)).toEqual([
    { accountId: 1, interrupted: 1_200, beingSent: 1_200 },
    { accountId: 2, interrupted: 2, beingSent: 1 },
  ]);
  expect(await rowOf(database, queuedId!)).toMatchObject({ status: 'interrupted' });
  expect(await rowOf(database, mailId!)).toMatchObject({ status: 'sending' });
  expect(await queue.sweep()).toMatchObject({ interrupted: [] });
  expect(await queue.record(lease, [outcome(deliveries[0]!, { status: 'succeeded' })])).toEqual([]);
  expect(await rowOf(database, deliveries[0]!.deliveryId)).toMatchObject({ status: 'succeeded' });
  const log = new PostgresAuditLog(database.database);
  expect((await log.list(2, 10)).items.map(({ changes }) => changes[0]!.pointer).sort()).toEqual([
    '/queued_webhooks',
    '/webhooks_being_sent',
  ]);
});

it('says in the audit log of each account how many there were, and who did it', async () => {
  await queueWebhooks(1, 2);
  await queueWebhooks(2, 1);
  await interruptQueued.createdBefore(operator);
  const log = new PostgresAuditLog(database.database);
  expect((await log.list(1, 10)).items).toMatchObject([
    {
      actor: { kind: 'operator', id: 'cli' },
      action: 'deliveries.interrupted',
      changes: [{ pointer: '/queued_webhooks', before: null, after: 2 }],
    },
  ]);
  expect((await log.list(2, 10)).items).toHaveLength(1);
  expect((await log.list(3, 10)).items).toEqual([]);
});
