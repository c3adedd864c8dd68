import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '../database/database.fixture.js';
import { leaseOf, newEvent, webhook } from '../stores/events.fixture.js';
import { capacity, createTestQueue, outcome, rowOf, type TestQueue } from './queue.fixture.js';

let database: TestDatabase;
let queue: TestQueue['queue'];
let events: TestQueue['events'];
let queueWebhooks: TestQueue['queueWebhooks'];
let queueMails: TestQueue['queueMails'];

beforeAll(async () => {
  ({ database, queue, events, queueWebhooks, queueMails } = await createTestQueue());
});
beforeEach(() => database.query('TRUNCATE events, deliveries, attempts'));
afterAll(() => database.drop());

describe('recording', () => {
  it('finishes deliveries and keeps their attempts', async () => {
    await queueWebhooks(1, 2);
    const lease = leaseOf();
    const { deliveries } = await queue.claim('webhook', lease, capacity(2));
    const outcomes = [
      outcome(deliveries[0]!, { status: 'succeeded' }),
      outcome(deliveries[1]!, { status: 'failed', reason: 'timeout' }),
    ];
    expect(await queue.record(lease, outcomes)).toEqual([]);
    const finishedAt = new Date('2026-11-24T12:00:00.040Z');
    expect(await rowOf(database, deliveries[0]!.deliveryId)).toMatchObject({
      status: 'succeeded',
      reason: null,
      worker: null,
      finished_at: finishedAt,
    });
    expect(await rowOf(database, deliveries[1]!.deliveryId)).toMatchObject({
      status: 'failed',
      reason: 'timeout',
    });
    expect(await database.query('SELECT FROM attempts')).toHaveLength(2);
  });

  it('keeps the sign for U+0000 in its place, which an endpoint may answer with and PostgreSQL does not take', async () => {
    await queueWebhooks(1, 1);
    const lease = leaseOf();
    const { deliveries } = await queue.claim('webhook', lease, capacity(1));
    const { attempt, ...rest } = outcome(deliveries[0]!, { status: 'succeeded' });
    const response = { status: 200, headers: { 'x\0': 'a\0b' }, body: 'o\0k' };
    expect(await queue.record(lease, [{ ...rest, attempt: { ...attempt, response } }])).toEqual([]);
    expect(await database.query('SELECT response_body, response_headers FROM attempts')).toEqual([
      { response_body: 'o\u2400k', response_headers: { 'x\u2400': 'a\u2400b' } },
    ]);
  });

  it('keeps what happened in words, where nothing came back', async () => {
    await queueMails(['a.example']);
    const lease = leaseOf();
    const {
      deliveries: [claimed],
    } = await queue.claim('email', lease, capacity(1));
    const { attempt, ...rest } = outcome(claimed!, { status: 'queued', retryInMs: 60_000 });
    const detail = "The mail server can't be used now: nothing listens on its port.\0";
    await queue.record(lease, [{ ...rest, attempt: { ...attempt, response: null, detail } }]);
    expect(await database.query('SELECT response_status, detail FROM attempts')).toEqual([
      { response_status: null, detail: detail.replace('\0', '\u2400') },
    ]);
  });

  it('queues a mail again, to be tried later', async () => {
    await queueMails(['a.example']);
    const lease = leaseOf();
    const {
      deliveries: [claimed],
    } = await queue.claim('email', lease, capacity(1));
    await queue.record(lease, [outcome(claimed!, { status: 'queued', retryInMs: 60_000 })]);
    expect(await rowOf(database, claimed!.deliveryId)).toMatchObject({
      status: 'queued',
      attempts: 1,
      due: false,
      finished_at: null,
    });
    await database.query('UPDATE deliveries SET next_attempt_at = now()');
    expect(await queue.endPauses()).toBe(1);
    expect((await queue.claim('email', lease, capacity(1))).deliveries).toMatchObject([{ attempt: 2 }]);
  });

  it('is safe to repeat: what was recorded already is neither changed nor called dropped', async () => {
    await queueWebhooks(1, 1);
    const lease = leaseOf();
    const { deliveries } = await queue.claim('webhook', lease, capacity(1));
    const outcomes = [outcome(deliveries[0]!, { status: 'succeeded' })];
    expect(await queue.record(lease, outcomes)).toEqual([]);
    expect(await queue.record(lease, outcomes)).toEqual([]);
    expect(await database.query('SELECT FROM attempts')).toHaveLength(1);
  });

  it("drops the outcome of another worker's lease, and stores nothing of it", async () => {
    const [deliveryId] = await queueWebhooks(1, 1);
    const { deliveries } = await queue.claim('webhook', leaseOf(), capacity(1));
    expect(await queue.record(leaseOf(), [outcome(deliveries[0]!, { status: 'succeeded' })])).toEqual([
      deliveryId,
    ]);
    expect(await rowOf(database, deliveryId!)).toMatchObject({ status: 'sending' });
    expect(await database.query('SELECT FROM attempts')).toHaveLength(0);
  });

  it('drops the outcome of an earlier claim of a mail that the same worker has claimed again', async () => {
    await queueMails(['a.example']);
    const expired = leaseOf(randomUUID(), -1);
    const {
      deliveries: [first],
    } = await queue.claim('email', expired, capacity(1));
    await queue.sweep();
    const again = { ...expired, leaseMs: 60_000 };
    const {
      deliveries: [second],
    } = await queue.claim('email', again, capacity(1));
    expect(second!.attempt).toBe(2);
    expect(await queue.record(again, [outcome(first!, { status: 'succeeded' })])).toEqual([
      first!.deliveryId,
    ]);
    expect(await queue.record(again, [outcome(second!, { status: 'succeeded' })])).toEqual([]);
  });

  it('takes the late outcome of a webhook that was marked interrupted meanwhile', async () => {
    const [deliveryId] = await queueWebhooks(1, 1);
    const lease = leaseOf(randomUUID(), -1);
    const { deliveries } = await queue.claim('webhook', lease, capacity(1));
    await queue.sweep();
    expect(await rowOf(database, deliveryId!)).toMatchObject({ status: 'interrupted' });
    expect(await queue.record(lease, [outcome(deliveries[0]!, { status: 'succeeded' })])).toEqual([]);
    expect(await rowOf(database, deliveryId!)).toMatchObject({ status: 'succeeded', worker: null });
  });
});

describe('claims that end without an outcome', () => {
  it('are queued again when they are given back, and the attempt does not count', async () => {
    const [deliveryId] = await queueWebhooks(1, 1);
    const lease = leaseOf();
    const { deliveries } = await queue.claim('webhook', lease, capacity(1));
    await queue.release(leaseOf(), deliveries);
    expect(await rowOf(database, deliveryId!)).toMatchObject({ status: 'sending' });
    await queue.release(lease, deliveries);
    expect(await rowOf(database, deliveryId!)).toMatchObject({ status: 'queued', attempts: 0, worker: null });
    expect((await queue.claim('webhook', lease, capacity(1))).deliveries).toMatchObject([
      { deliveryId, attempt: 1 },
    ]);
  });

  it('become interrupted (webhooks) or are queued again (mails) once the lease has run out, and not before', async () => {
    const [hook] = await queueWebhooks(1, 1);
    const [letter] = await queueMails(['a.example']);
    const lease = leaseOf();
    await queue.claim('webhook', lease, capacity(1));
    await queue.claim('email', lease, capacity(1));
    expect(await queue.sweep()).toEqual({ interrupted: [], requeued: [] });

    await database.query(`UPDATE deliveries SET lease_expires_at = now() - interval '1 second'`);
    const { interrupted: ended, requeued } = await queue.sweep();
    expect([ended, requeued]).toEqual([
      [expect.objectContaining({ accountId: 1, deliveryId: hook })],
      [expect.objectContaining({ accountId: 1, deliveryId: letter })],
    ]);
    const interrupted = await rowOf(database, hook!);
    expect(interrupted.status).toBe('interrupted');
    expect(interrupted.finished_at).not.toBeNull();
    expect(await rowOf(database, letter!)).toMatchObject({
      status: 'queued',
      worker: null,
      due: true,
      finished_at: null,
    });
    expect((await queue.claim('webhook', lease, capacity(9))).deliveries).toEqual([]);
  });

  it('are swept a thousand at a time', async () => {
    const batch = Array.from({ length: 1200 }, () =>
      newEvent(1, { deliveries: [webhook({ leased: true })] }),
    );
    await events.append([1], leaseOf(randomUUID(), -1), () => batch);
    expect((await queue.sweep()).interrupted.length).toBe(1000);
    expect((await queue.sweep()).interrupted.length).toBe(200);
  });

  it('are kept by a worker that renews them', async () => {
    await queueWebhooks(1, 2);
    const mine = leaseOf(randomUUID(), -1);
    const theirs = leaseOf(randomUUID(), -1);
    const { deliveries: my } = await queue.claim('webhook', mine, capacity(1));
    const { deliveries: others } = await queue.claim('webhook', theirs, capacity(1));
    await queue.renew({ ...mine, leaseMs: 60_000 }, [...my, ...others]);
    expect((await queue.sweep()).interrupted.length).toBe(1);
    expect(await rowOf(database, others[0]!.deliveryId)).toMatchObject({ status: 'interrupted' });
  });

  it('run out where the worker leaves them out of its renewal', async () => {
    await queueWebhooks(1, 2);
    const lease = leaseOf(randomUUID(), -1);
    const { deliveries } = await queue.claim('webhook', lease, capacity(2));
    await queue.renew({ ...lease, leaseMs: 60_000 }, deliveries.slice(1));
    expect((await queue.sweep()).interrupted.length).toBe(1);
    expect(await rowOf(database, deliveries[0]!.deliveryId)).toMatchObject({ status: 'interrupted' });
    expect(await rowOf(database, deliveries[1]!.deliveryId)).toMatchObject({ status: 'sending' });
  });
});
