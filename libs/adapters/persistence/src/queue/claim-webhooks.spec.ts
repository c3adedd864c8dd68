import type { Look, Turn } from '@belfry/application';
import type { TestDatabase } from '../database/database.fixture.js';
import { PostgresAccountStore } from '../stores/account-store.js';
import { audit } from '../stores/audit-entry.fixture.js';
import { account, leaseOf } from '../stores/events.fixture.js';
import { PostgresDeliveryQueue } from './delivery-queue.js';
import { capacity, createTestQueue, ids, rowOf, setEndpoints, type TestQueue } from './queue.fixture.js';

const nextOf = (look: Look): Turn | undefined => (look.exhausted ? undefined : look.next);

let database: TestDatabase;
let queue: TestQueue['queue'];
let queueWebhooks: TestQueue['queueWebhooks'];

beforeAll(async () => {
  ({ database, queue, queueWebhooks } = await createTestQueue());
});
beforeEach(() => database.query('TRUNCATE events, deliveries, attempts'));
afterAll(() => database.drop());

describe('claiming webhooks', () => {
  it('answers what is to be sent, and marks it as sent by this worker', async () => {
    const [deliveryId] = await queueWebhooks(1, 1);
    const lease = leaseOf();
    const { deliveries, exhausted } = await queue.claim('webhook', lease, capacity(10));
    expect(deliveries).toEqual([
      {
        accountId: 1,
        deliveryId,
        eventId: expect.any(String) as string,
        eventType: 'run_failed',
        channel: 'webhook',
        destination: 'https://hooks.example.com/in?token=s3cret',
        recipientRole: null,
        payload: '{"account_id":1}',
        attempt: 1,
        createdAt: expect.any(Date) as Date,
      },
    ]);
    expect(exhausted).toBe(true);
    expect(await rowOf(database, deliveryId!)).toMatchObject({
      status: 'sending',
      worker: lease.worker,
      attempts: 1,
      leased: true,
    });
    expect((await queue.claim('webhook', lease, capacity(10))).deliveries).toEqual([]);
  });

  it('hands them out in the order of acceptance within an account', async () => {
    const queued = await queueWebhooks(1, 30);
    const first = await queue.claim('webhook', leaseOf(), capacity(20));
    const second = await queue.claim('webhook', leaseOf(), capacity(20));
    expect([...ids(first.deliveries), ...ids(second.deliveries)]).toEqual(queued);
  });

  it('stays within the limit of an account, counting what is in flight already', async () => {
    await queueWebhooks(1, 20);
    await queueWebhooks(2, 20);
    await queueWebhooks(3, 20);
    const { deliveries } = await queue.claim(
      'webhook',
      leaseOf(),
      capacity(100, {
        otherPlaces: 8,
        places: [
          [1, 0],
          [2, 3],
        ],
      }),
    );
    const byAccount = (accountId: number) =>
      deliveries.filter((delivery) => delivery.accountId === accountId).length;
    expect([byAccount(1), byAccount(2), byAccount(3)]).toEqual([0, 3, 8]);
  });

  it('finds other accounts behind the deep backlog of one that is at its limit', async () => {
    await queueWebhooks(1, 3000);
    const [waiting] = await queueWebhooks(2, 1);
    const { deliveries } = await queue.claim(
      'webhook',
      leaseOf(),
      capacity(4, { otherPlaces: 8, places: [[1, 0]] }),
    );
    expect(ids(deliveries)).toEqual([waiting]);
  });

  it('goes on after the account where its limit cut it short, so that every account has its turn', async () => {
    for (const accountId of [1, 2, 3, 4]) await queueWebhooks(accountId, 50);
    const served: number[] = [];
    let after: Turn | undefined;
    for (let turn = 0; turn < 5; turn += 1) {
      const look: Look = await queue.claim('webhook', leaseOf(), capacity(2, { otherPlaces: 8 }), after);
      served.push(...look.deliveries.map((delivery) => delivery.accountId));
      after = nextOf(look);
    }
    expect(served).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
  });

  it('shares an origin out among its accounts, and goes on past one that is full', async () => {
    for (const accountId of [1, 2, 3, 4]) await queueWebhooks(accountId, 20);
    await queueWebhooks(40, 1);
    const origin = 'https://hooks.example.com';
    await database.query(
      `UPDATE notification_settings SET webhook_url = 'https://another.example.com/in' WHERE account_id = 40`,
    );
    try {
      const shared = await queue.claim('webhook', leaseOf(), capacity(100, { perDestination: 10 }));
      const counts = [1, 2, 3, 4].map(
        (accountId) => shared.deliveries.filter((delivery) => delivery.accountId === accountId).length,
      );
      expect(counts.toSorted()).toEqual([2, 2, 3, 3]);
      expect(shared.cutShort.toSorted()).toEqual([1, 2, 3, 4]);
      const kept = { perDestination: 10, keptFromSlow: 2, inFlightTo: [[origin, 8]] } as const;
      const slow = await queue.claim('webhook', leaseOf(), capacity(100, { ...kept, slow: [1, 2, 3] }));
      expect(slow.deliveries.every(({ accountId }) => accountId === 4)).toBe(true);
      expect(slow.deliveries.length).toBeLessThanOrEqual(1);

      await queueWebhooks(40, 1);
      const full = { perDestination: 10, inFlightTo: [[origin, 10]] } as const;
      const served: number[] = [];
      let after: Turn | undefined;
      do {
        const look: Look = await queue.claim('webhook', leaseOf(), capacity(1, full), after);
        served.push(...look.deliveries.map(({ accountId }) => accountId));
        after = nextOf(look);
      } while (after !== undefined);
      expect(served).toEqual([40]);
    } finally {
      await setEndpoints(database, 'https://hooks.example.com/in?token=s3cret');
    }
  });

  it('passes over hundreds of accounts that are at their limit, and comes to the one that is not', async () => {
    const accounts = new PostgresAccountStore(database.database);
    const places: [number, number][] = [];
    for (let accountId = 1; accountId <= 300; accountId += 1) {
      if (accountId > 40) await accounts.put(account(accountId), audit);
      places.push([accountId, 0]);
    }
    await accounts.put(account(301), audit);
    await setEndpoints(database, 'https://hooks.example.com/in?token=s3cret');
    for (let accountId = 1; accountId <= 301; accountId += 1) await queueWebhooks(accountId, 2);
    const first = await queue.claim('webhook', leaseOf(), capacity(16, { places }));
    expect([first.deliveries.length, nextOf(first)]).toEqual([0, 256]);
    expect(first.cutShort).toHaveLength(256);
    const second = await queue.claim('webhook', leaseOf(), capacity(16, { places }), nextOf(first));
    expect(second.deliveries.map(({ accountId }) => accountId)).toEqual([301, 301]);
    expect(second.exhausted).toBe(true);
  });

  it('ends what has nowhere to go, whatever the places, and leaves no lease', async () => {
    const [first] = await queueWebhooks(1, 30);
    await queueWebhooks(2, 1);
    await database.query(
      `UPDATE notification_settings SET webhook_url = NULL, events = '{}' WHERE account_id = 1`,
    );
    try {
      const look = await queue.claim('webhook', leaseOf(), capacity(100, { otherPlaces: 2 }));
      expect(look.turnedOff).toHaveLength(30);
      expect(look.deliveries.map(({ accountId }) => accountId)).toEqual([2]);
      expect(await rowOf(database, first!)).toMatchObject({
        status: 'failed',
        reason: 'turned_off',
        worker: null,
        attempts: 0,
        leased: null,
      });
    } finally {
      await setEndpoints(database, 'https://hooks.example.com/in?token=s3cret');
    }
  });

  it('claims nothing where there is no room, and keeps its place', async () => {
    await queueWebhooks(1, 1);
    expect(await queue.claim('webhook', leaseOf(), capacity(0), 17)).toMatchObject({
      deliveries: [],
      next: 17,
    });
  });

  it('gives each of 5,000 rows to exactly one of two workers', async () => {
    for (let accountId = 1; accountId <= 40; accountId += 1) await queueWebhooks(accountId, 125);
    const other = new PostgresDeliveryQueue(await database.openAnother());
    const claimed: string[] = [];
    const work = async (worker: PostgresDeliveryQueue) => {
      const lease = leaseOf();
      let after: Turn | undefined;
      let empty = 0;
      while (empty < 3) {
        const look: Look = await worker.claim('webhook', lease, capacity(64, { otherPlaces: 8 }), after);
        claimed.push(...ids(look.deliveries));
        after = nextOf(look);
        empty = look.deliveries.length === 0 && look.exhausted ? empty + 1 : 0;
      }
    };
    await Promise.all([work(queue), work(other)]);
    expect(claimed).toHaveLength(5000);
    expect(new Set(claimed).size).toBe(5000);
  });
});
