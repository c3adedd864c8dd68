import { domainOf } from '@belfry/domain';
import type { TestDatabase } from '../database/database.fixture.js';
import { leaseOf } from '../stores/events.fixture.js';
import { PostgresDeliveryQueue } from './delivery-queue.js';
import { capacity, createTestQueue, ids, type TestQueue } from './queue.fixture.js';

let database: TestDatabase;
let queue: TestQueue['queue'];
let queueMails: TestQueue['queueMails'];

beforeAll(async () => {
  ({ database, queue, queueMails } = await createTestQueue());
});
beforeEach(() => database.query('TRUNCATE events, deliveries, attempts'));
afterAll(() => database.drop());

describe('claiming mails', () => {
  it('hands out those that are due, those that waited longest first', async () => {
    const [first, second, third, later] = await queueMails(Array<string>(4).fill('a.example'));
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
    const { deliveries } = await queue.claim('email', leaseOf(), capacity(10));
    expect(ids(deliveries)).toEqual([second, third, first]);
  });

  it('stays within the limit of a recipient domain, and finds others behind its backlog', async () => {
    await queueMails(Array.from({ length: 500 }, () => 'busy.example'));
    const others = await queueMails(['a.example', 'b.example']);
    const { deliveries, cutShort } = await queue.claim(
      'email',
      leaseOf(),
      capacity(10, { perDestination: 3, inFlightTo: [['busy.example', 1]] }),
    );
    expect(deliveries.map((delivery) => domainOf(delivery.destination))).toEqual([
      'a.example',
      'b.example',
      'busy.example',
      'busy.example',
    ]);
    expect(ids(deliveries).slice(0, 2)).toEqual(others);
    expect(cutShort).toEqual(['busy.example']);
  });

  it('goes round the accounts of a domain, beginning after the one that had the last place', async () => {
    for (const accountId of [1, 2, 3, 4, 5]) await queueMails(Array<string>(40).fill('a.example'), accountId);
    const served: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const look = await queue.claim('email', leaseOf(), capacity(10, { perDestination: 3 }));
      served.push(...look.deliveries.map(({ accountId }) => accountId));
    }
    expect(served).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
  });

  it('serves an account with one mail at once beside the old backlogs of others to the same domain', async () => {
    for (const accountId of [1, 2, 3]) await queueMails(Array<string>(500).fill('a.example'), accountId);
    const [waiting] = await queueMails(['a.example'], 39);
    const { deliveries } = await queue.claim('email', leaseOf(), capacity(50, { perDestination: 10 }));
    expect(deliveries).toHaveLength(10);
    expect(ids(deliveries)).toContain(waiting);
  });

  it('fills a domain from those that have more where others have less than their part', async () => {
    await queueMails(['a.example'], 1);
    await queueMails(Array<string>(50).fill('a.example'), 2);
    const claimed: number[] = [];
    for (let more = true; more;) {
      const look = await queue.claim(
        'email',
        leaseOf(),
        capacity(50, { perDestination: 10, inFlightTo: [['a.example', claimed.length]] }),
      );
      claimed.push(...look.deliveries.map(({ accountId }) => accountId));
      more = look.sharedOut;
    }
    expect(claimed.filter((accountId) => accountId === 2)).toHaveLength(9);
    expect(claimed).toHaveLength(10);
  });

  it('stays within what an account has left, over all domains', async () => {
    await queueMails(['a.example', 'b.example', 'c.example', 'd.example'], 1);
    await queueMails(['a.example'], 2);
    const look = await queue.claim('email', leaseOf(), capacity(50, { otherPlaces: 9, places: [[1, 2]] }));
    expect(look.deliveries.map(({ accountId }) => accountId).toSorted()).toEqual([1, 1, 2]);
  });

  it('does not look at mails whose pause is not over, and looks at them when it is', async () => {
    const mails = await queueMails(Array.from({ length: 400 }, (_none, index) => `d${index}.example`));
    await database.query(
      `UPDATE deliveries SET put_off = true, next_attempt_at = now() + interval '1 minute'`,
    );
    const [due] = await queueMails(['z.example']);
    const look = await queue.claim('email', leaseOf(), capacity(50));
    expect([ids(look.deliveries), look.exhausted]).toEqual([[due], true]);
    expect(await queue.endPauses()).toBe(0);
    await database.query(`UPDATE deliveries SET next_attempt_at = now() WHERE put_off`);
    expect(await queue.endPauses()).toBe(mails.length);
    expect((await queue.claim('email', leaseOf(), capacity(50))).deliveries).toHaveLength(50);
  });

  it('gives each of 2,000 mails to exactly one of two workers', async () => {
    for (let batch = 0; batch < 4; batch += 1) {
      await queueMails(Array.from({ length: 500 }, (_none, index) => `domain${index % 50}.example`));
    }
    const other = new PostgresDeliveryQueue(await database.openAnother());
    const claimed: string[] = [];
    const work = async (worker: PostgresDeliveryQueue) => {
      for (let empty = 0; empty < 3;) {
        const { deliveries } = await worker.claim('email', leaseOf(), capacity(50));
        claimed.push(...ids(deliveries));
        empty = deliveries.length === 0 ? empty + 1 : 0;
      }
    };
    await Promise.all([work(queue), work(other)]);
    expect(claimed).toHaveLength(2000);
    expect(new Set(claimed).size).toBe(2000);
  });
});
