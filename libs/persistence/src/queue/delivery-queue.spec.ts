import type { Capacity, ClaimedDelivery, RecordedOutcome } from '@belfry/application';
import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresAccountStore } from '../stores/account-store.js';
import { PostgresEventStore } from '../stores/event-store.js';
import { account, claimOf, mail, newEvent, webhook } from '../stores/events.fixture.js';
import { PostgresDeliveryQueue } from './delivery-queue.js';

let database: TestDatabase;
let queue: PostgresDeliveryQueue;
let events: PostgresEventStore;

beforeAll(async () => {
  database = await createTestDatabase();
  queue = new PostgresDeliveryQueue(database.database);
  events = new PostgresEventStore(database.database);
  const accounts = new PostgresAccountStore(database.database);
  for (let id = 1; id <= 40; id += 1) await accounts.put(account(id));
});
beforeEach(() => database.query('DELETE FROM events'));
afterAll(() => database.drop());

const capacity = (limit: number, perKey = limit, inFlight: [number | string, number][] = []): Capacity => ({
  limit,
  perKey,
  inFlight: new Map(inFlight),
});

/** Queues this many webhooks for an account, each of an event of its own, and answers their ids in order. */
async function queueWebhooks(accountId: number, count: number): Promise<string[]> {
  const batch = Array.from({ length: count }, () => newEvent(accountId, { deliveries: [webhook()] }));
  await events.append([accountId], claimOf(), () => batch);
  return batch.map((event) => event.deliveries[0]!.deliveryId);
}

async function queueMails(domains: readonly string[]): Promise<string[]> {
  const batch = domains.map((domain) => newEvent(1, { deliveries: [mail(domain)] }));
  await events.append([1], claimOf(), () => batch);
  return batch.map((event) => event.deliveries[0]!.deliveryId);
}

const ids = (deliveries: readonly ClaimedDelivery[]) => deliveries.map((delivery) => delivery.deliveryId);

function outcome(delivery: ClaimedDelivery, next: RecordedOutcome['next']): RecordedOutcome {
  const failed = next.status !== 'succeeded';
  return {
    delivery,
    next,
    attempt: {
      attemptId: v7(),
      startedAt: new Date('2026-11-24T12:00:00.000Z'),
      durationMs: 40,
      outcome: failed ? 'failed' : 'succeeded',
      reason: failed ? 'timeout' : null,
      request: { headers: { 'content-type': 'application/json' }, body: delivery.payload },
      response: failed ? null : { status: 200, headers: { server: 'test' }, body: 'o\0k' },
    },
  };
}

async function row(deliveryId: string) {
  const [found] = await database.query<{
    status: string;
    reason: string | null;
    worker: string | null;
    attempts: number;
    finished_at: Date | null;
    due: boolean;
    leased: boolean;
  }>(
    `SELECT status, reason, worker, attempts, finished_at, next_attempt_at <= now() AS due,
            lease_expires_at > now() AS leased
     FROM deliveries WHERE delivery_id = $1`,
    [deliveryId],
  );
  return found!;
}

describe('claiming webhooks', () => {
  it('answers what is to be sent, and marks it as sent by this worker', async () => {
    const [deliveryId] = await queueWebhooks(1, 1);
    const claim = claimOf();
    const { deliveries, next } = await queue.claimWebhooks(claim, capacity(10), 0);
    expect(deliveries).toEqual([
      {
        accountId: 1,
        deliveryId,
        eventId: expect.any(String) as string,
        eventType: 'run_failed',
        channel: 'webhook',
        destination: 'https://hooks.example.com/in?token=s3cret',
        recipientRole: null,
        recipientDomain: null,
        payload: '{"account_id":1}',
        attempt: 1,
        createdAt: expect.any(Date) as Date,
      },
    ]);
    expect(next).toBe(0);
    expect(await row(deliveryId!)).toMatchObject({
      status: 'sending',
      worker: claim.worker,
      attempts: 1,
      leased: true,
    });
    expect((await queue.claimWebhooks(claim, capacity(10), 0)).deliveries).toEqual([]);
  });

  it('hands them out in the order of acceptance within an account', async () => {
    const queued = await queueWebhooks(1, 30);
    const first = await queue.claimWebhooks(claimOf(), capacity(20), 0);
    const second = await queue.claimWebhooks(claimOf(), capacity(20), 0);
    expect([...ids(first.deliveries), ...ids(second.deliveries)]).toEqual(queued);
  });

  it('stays within the limit of an account, counting what is in flight already', async () => {
    await queueWebhooks(1, 20);
    await queueWebhooks(2, 20);
    await queueWebhooks(3, 20);
    const { deliveries } = await queue.claimWebhooks(
      claimOf(),
      capacity(100, 8, [
        [1, 8],
        [2, 5],
      ]),
      0,
    );
    const byAccount = (accountId: number) =>
      deliveries.filter((delivery) => delivery.accountId === accountId).length;
    expect([byAccount(1), byAccount(2), byAccount(3)]).toEqual([0, 3, 8]);
  });

  it('finds other accounts behind the deep backlog of one that is at its limit', async () => {
    await queueWebhooks(1, 3000);
    const [waiting] = await queueWebhooks(2, 1);
    const { deliveries } = await queue.claimWebhooks(claimOf(), capacity(4, 8, [[1, 8]]), 0);
    expect(ids(deliveries)).toEqual([waiting]);
  });

  it('goes on after the account where its limit cut it short, so that every account has its turn', async () => {
    for (const accountId of [1, 2, 3, 4]) await queueWebhooks(accountId, 50);
    const served: number[] = [];
    let after = 0;
    for (let turn = 0; turn < 4; turn += 1) {
      const { deliveries, next } = await queue.claimWebhooks(claimOf(), capacity(2, 8), after);
      served.push(...deliveries.map((delivery) => delivery.accountId));
      after = next;
    }
    expect(served).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it('claims nothing where there is no room, and keeps its place', async () => {
    await queueWebhooks(1, 1);
    expect(await queue.claimWebhooks(claimOf(), capacity(0), 17)).toEqual({ deliveries: [], next: 17 });
  });

  it('gives each of 5,000 rows to exactly one of two workers', async () => {
    for (let accountId = 1; accountId <= 40; accountId += 1) await queueWebhooks(accountId, 125);
    const other = new PostgresDeliveryQueue(await database.openAnother());
    const claimed: string[] = [];
    const work = async (worker: PostgresDeliveryQueue) => {
      const claim = claimOf();
      let after = 0;
      let empty = 0;
      while (empty < 3) {
        const { deliveries, next } = await worker.claimWebhooks(claim, capacity(64, 8), after);
        claimed.push(...ids(deliveries));
        after = next;
        empty = deliveries.length === 0 && next === 0 ? empty + 1 : 0;
      }
    };
    await Promise.all([work(queue), work(other)]);
    expect(claimed).toHaveLength(5000);
    expect(new Set(claimed).size).toBe(5000);
  });
});

describe('claiming mails', () => {
  it('hands out those that are due, those that waited longest first', async () => {
    const [first, second, third, later] = await queueMails([
      'a.example',
      'b.example',
      'c.example',
      'd.example',
    ]);
    for (const [deliveryId, seconds] of [
      [first, -10],
      [second, -30],
      [third, -20],
      [later, 60],
    ] as const) {
      await database.query(
        `UPDATE deliveries SET next_attempt_at = now() + $2 * interval '1 second' WHERE delivery_id = $1`,
        [deliveryId, seconds],
      );
    }
    expect(ids(await queue.claimMails(claimOf(), capacity(10)))).toEqual([second, third, first]);
  });

  it('stays within the limit of a recipient domain, and finds others behind its backlog', async () => {
    await queueMails(Array.from({ length: 500 }, () => 'busy.example'));
    const others = await queueMails(['a.example', 'b.example']);
    const first = await queue.claimMails(claimOf(), capacity(10, 3, [['busy.example', 1]]));
    expect(first.map((delivery) => delivery.recipientDomain)).toEqual(['busy.example', 'busy.example']);
    const second = await queue.claimMails(claimOf(), capacity(10, 3, [['busy.example', 3]]));
    expect(ids(second)).toEqual(others);
  });

  it('gives each of 2,000 mails to exactly one of two workers', async () => {
    for (let batch = 0; batch < 4; batch += 1) {
      await queueMails(Array.from({ length: 500 }, (_none, index) => `domain${index % 50}.example`));
    }
    const other = new PostgresDeliveryQueue(await database.openAnother());
    const claimed: string[] = [];
    const work = async (worker: PostgresDeliveryQueue) => {
      for (let empty = 0; empty < 3;) {
        const mails = await worker.claimMails(claimOf(), capacity(50, 50));
        claimed.push(...ids(mails));
        empty = mails.length === 0 ? empty + 1 : 0;
      }
    };
    await Promise.all([work(queue), work(other)]);
    expect(claimed).toHaveLength(2000);
    expect(new Set(claimed).size).toBe(2000);
  });
});

describe('recording', () => {
  it('finishes deliveries and keeps their attempts', async () => {
    await queueWebhooks(1, 2);
    const claim = claimOf();
    const { deliveries } = await queue.claimWebhooks(claim, capacity(2), 0);
    const outcomes = [
      outcome(deliveries[0]!, { status: 'succeeded' }),
      outcome(deliveries[1]!, { status: 'failed', reason: 'timeout' }),
    ];
    expect(await queue.record(claim, outcomes)).toEqual([]);
    const finishedAt = new Date('2026-11-24T12:00:00.040Z');
    expect(await row(deliveries[0]!.deliveryId)).toMatchObject({
      status: 'succeeded',
      reason: null,
      worker: null,
      finished_at: finishedAt,
    });
    expect(await row(deliveries[1]!.deliveryId)).toMatchObject({ status: 'failed', reason: 'timeout' });
    expect(await database.query('SELECT FROM attempts')).toHaveLength(2);
  });

  it('queues a mail again, to be tried later', async () => {
    await queueMails(['a.example']);
    const claim = claimOf();
    const [claimed] = await queue.claimMails(claim, capacity(1));
    await queue.record(claim, [outcome(claimed!, { status: 'queued', retryInMs: 60_000 })]);
    expect(await row(claimed!.deliveryId)).toMatchObject({
      status: 'queued',
      attempts: 1,
      due: false,
      finished_at: null,
    });
    await database.query('UPDATE deliveries SET next_attempt_at = now()');
    expect(await queue.claimMails(claim, capacity(1))).toMatchObject([{ attempt: 2 }]);
  });

  it('is safe to repeat: what was recorded already is neither changed nor called dropped', async () => {
    await queueWebhooks(1, 1);
    const claim = claimOf();
    const { deliveries } = await queue.claimWebhooks(claim, capacity(1), 0);
    const outcomes = [outcome(deliveries[0]!, { status: 'succeeded' })];
    expect(await queue.record(claim, outcomes)).toEqual([]);
    expect(await queue.record(claim, outcomes)).toEqual([]);
    expect(await database.query('SELECT FROM attempts')).toHaveLength(1);
  });

  it("drops the outcome of another worker's claim, and stores nothing of it", async () => {
    const [deliveryId] = await queueWebhooks(1, 1);
    const { deliveries } = await queue.claimWebhooks(claimOf(), capacity(1), 0);
    expect(await queue.record(claimOf(), [outcome(deliveries[0]!, { status: 'succeeded' })])).toEqual([
      deliveryId,
    ]);
    expect(await row(deliveryId!)).toMatchObject({ status: 'sending' });
    expect(await database.query('SELECT FROM attempts')).toHaveLength(0);
  });

  it('drops the outcome of an earlier claim of a mail that the same worker has claimed again', async () => {
    await queueMails(['a.example']);
    const expired = claimOf(randomUUID(), -1);
    const [first] = await queue.claimMails(expired, capacity(1));
    await queue.sweep();
    const again = { ...expired, leaseMs: 60_000 };
    const [second] = await queue.claimMails(again, capacity(1));
    expect(second!.attempt).toBe(2);
    expect(await queue.record(again, [outcome(first!, { status: 'succeeded' })])).toEqual([
      first!.deliveryId,
    ]);
    expect(await queue.record(again, [outcome(second!, { status: 'succeeded' })])).toEqual([]);
  });

  it('takes the late outcome of a webhook that was marked interrupted meanwhile', async () => {
    const [deliveryId] = await queueWebhooks(1, 1);
    const claim = claimOf(randomUUID(), -1);
    const { deliveries } = await queue.claimWebhooks(claim, capacity(1), 0);
    await queue.sweep();
    expect(await row(deliveryId!)).toMatchObject({ status: 'interrupted' });
    expect(await queue.record(claim, [outcome(deliveries[0]!, { status: 'succeeded' })])).toEqual([]);
    expect(await row(deliveryId!)).toMatchObject({ status: 'succeeded', worker: null });
  });
});

describe('claims that end without an outcome', () => {
  it('are queued again when they are given back, and the attempt does not count', async () => {
    const [deliveryId] = await queueWebhooks(1, 1);
    const claim = claimOf();
    const { deliveries } = await queue.claimWebhooks(claim, capacity(1), 0);
    await queue.release(claimOf(), deliveries);
    expect(await row(deliveryId!)).toMatchObject({ status: 'sending' });
    await queue.release(claim, deliveries);
    expect(await row(deliveryId!)).toMatchObject({ status: 'queued', attempts: 0, worker: null });
    expect((await queue.claimWebhooks(claim, capacity(1), 0)).deliveries).toMatchObject([
      { deliveryId, attempt: 1 },
    ]);
  });

  it('become interrupted (webhooks) or are queued again (mails) once the lease has run out, and not before', async () => {
    const [hook] = await queueWebhooks(1, 1);
    const [letter] = await queueMails(['a.example']);
    const claim = claimOf();
    await queue.claimWebhooks(claim, capacity(1), 0);
    await queue.claimMails(claim, capacity(1));
    expect(await queue.sweep()).toEqual({ interrupted: 0, requeued: 0 });

    await database.query(`UPDATE deliveries SET lease_expires_at = now() - interval '1 second'`);
    expect(await queue.sweep()).toEqual({ interrupted: 1, requeued: 1 });
    const interrupted = await row(hook!);
    expect(interrupted.status).toBe('interrupted');
    expect(interrupted.finished_at).not.toBeNull();
    expect(await row(letter!)).toMatchObject({
      status: 'queued',
      worker: null,
      due: true,
      finished_at: null,
    });
    expect((await queue.claimWebhooks(claim, capacity(9), 0)).deliveries).toEqual([]);
  });

  it('are swept a thousand at a time', async () => {
    const batch = Array.from({ length: 1200 }, () =>
      newEvent(1, { deliveries: [webhook({ claimed: true })] }),
    );
    await events.append([1], claimOf(randomUUID(), -1), () => batch);
    expect(await queue.sweep()).toEqual({ interrupted: 1000, requeued: 0 });
    expect(await queue.sweep()).toEqual({ interrupted: 200, requeued: 0 });
  });

  it('are kept by a worker that renews them', async () => {
    await queueWebhooks(1, 2);
    const mine = claimOf(randomUUID(), -1);
    const theirs = claimOf(randomUUID(), -1);
    await queue.claimWebhooks(mine, capacity(1), 0);
    await queue.claimWebhooks(theirs, capacity(1), 0);
    await queue.renew({ ...mine, leaseMs: 60_000 });
    expect(await queue.sweep()).toEqual({ interrupted: 1, requeued: 0 });
  });
});
