import { domainOf } from '@belfry/domain';
import {
  capacity,
  ids,
  leaseOf,
  usualEndpoint,
  type QueueUnderTest,
} from './delivery-queue.conformance.fixture.js';
import type { ClaimedDelivery, DeliveryQueue, Look, Turn } from './delivery-queue.js';

const nextOf = (look: Look): Turn | undefined => (look.exhausted ? undefined : look.next);
const accountsOf = (deliveries: readonly ClaimedDelivery[]) => deliveries.map(({ accountId }) => accountId);
const domainsOf = (deliveries: readonly ClaimedDelivery[]) =>
  deliveries.map(({ destination }) => domainOf(destination));

/** What a claim brings, and to whom. */
export function specifyClaims(given: () => QueueUnderTest): void {
  describe('claiming webhooks', () => {
    it('answers what is to be sent, and marks it as sent by this worker', async () => {
      const { queue, queueWebhooks, stateOf } = given();
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
          destination: usualEndpoint,
          recipientRole: null,
          payload: '{"account_id":1}',
          attempt: 1,
          createdAt: expect.any(Date) as Date,
        },
      ]);
      expect(exhausted).toBe(true);
      expect(await stateOf(deliveryId!)).toMatchObject({
        status: 'sending',
        worker: lease.worker,
        attempt: 1,
      });
      expect((await queue.claim('webhook', lease, capacity(10))).deliveries).toEqual([]);
    });

    it('hands them out in the order of acceptance within an account', async () => {
      const { queue, queueWebhooks } = given();
      const queued = await queueWebhooks(1, 30);
      const first = await queue.claim('webhook', leaseOf(), capacity(20));
      const second = await queue.claim('webhook', leaseOf(), capacity(20));
      expect([...ids(first.deliveries), ...ids(second.deliveries)]).toEqual(queued);
    });

    it('stays within the limit of an account, counting what is in flight already', async () => {
      const { queue, queueWebhooks } = given();
      for (const accountId of [1, 2, 3]) await queueWebhooks(accountId, 20);
      const places = [
        [1, 0],
        [2, 3],
      ] as const;
      const { deliveries, cutShort } = await queue.claim(
        'webhook',
        leaseOf(),
        capacity(100, { otherPlaces: 8, places }),
      );
      const served = accountsOf(deliveries);
      expect([1, 2, 3].map((accountId) => served.filter((each) => each === accountId).length)).toEqual([
        0, 3, 8,
      ]);
      expect([...cutShort].sort()).toEqual([1, 2, 3]);
    });

    it('finds other accounts behind the deep backlog of one that is at its limit', async () => {
      const { queue, queueWebhooks } = given();
      await queueWebhooks(1, 3_000);
      const [waiting] = await queueWebhooks(2, 1);
      const room = capacity(4, { otherPlaces: 8, places: [[1, 0]] });
      expect(ids((await queue.claim('webhook', leaseOf(), room)).deliveries)).toEqual([waiting]);
    });

    it('says whose turn is next where its limit cut it short, so that every account has its turn', async () => {
      const { queue, queueWebhooks } = given();
      for (const accountId of [1, 2, 3, 4]) await queueWebhooks(accountId, 50);
      const served: number[] = [];
      let after: Turn | undefined;
      for (let turn = 0; turn < 5; turn += 1) {
        const look: Look = await queue.claim('webhook', leaseOf(), capacity(2, { otherPlaces: 8 }), after);
        served.push(...accountsOf(look.deliveries));
        after = nextOf(look);
      }
      expect(served).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    });

    it('shares its limit out among the accounts, and says that another look brings more', async () => {
      const { queue, queueWebhooks } = given();
      await queueWebhooks(1, 50);
      for (const accountId of [2, 3, 4]) await queueWebhooks(accountId, 1);
      const look = await queue.claim('webhook', leaseOf(), capacity(16));
      expect(accountsOf(look.deliveries)).toEqual([1, 1, 1, 1, 2, 3, 4]);
      expect(look).toMatchObject({ sharedOut: true, exhausted: true });
    });

    it('shares an origin out among its accounts, and goes on past one that is full', async () => {
      const { queue, queueWebhooks, setEndpoint } = given();
      for (const accountId of [1, 2, 3, 4]) await queueWebhooks(accountId, 20);
      await queueWebhooks(40, 1);
      await setEndpoint(40, 'https://another.example.com/in');
      const shared = await queue.claim('webhook', leaseOf(), capacity(100, { perDestination: 10 }));
      const counts = [1, 2, 3, 4].map(
        (accountId) => accountsOf(shared.deliveries).filter((each) => each === accountId).length,
      );
      expect(counts.toSorted()).toEqual([2, 2, 3, 3]);
      expect([...shared.cutShort].sort()).toEqual([1, 2, 3, 4]);

      const origin = 'https://hooks.example.com';
      const slow = await queue.claim(
        'webhook',
        leaseOf(),
        capacity(100, {
          perDestination: 10,
          keptFromSlow: 2,
          inFlightTo: [[origin, 8]],
          slow: [1, 2, 3],
        }),
      );
      expect(accountsOf(slow.deliveries).every((accountId) => accountId === 4)).toBe(true);
      expect(slow.deliveries.length).toBeLessThanOrEqual(1);

      await queueWebhooks(40, 1);
      const full = capacity(1, { perDestination: 10, inFlightTo: [[origin, 10]] });
      const served: number[] = [];
      let after: Turn | undefined;
      do {
        const look: Look = await queue.claim('webhook', leaseOf(), full, after);
        served.push(...accountsOf(look.deliveries));
        after = nextOf(look);
      } while (after !== undefined);
      expect(served).toEqual([40]);
    });

    it('passes over hundreds of accounts that are at their limit, and comes to the one that is not', async () => {
      const { queue, queueWebhooks, setEndpoint } = given();
      const places: [number, number][] = [];
      for (let accountId = 1; accountId <= 301; accountId += 1) {
        if (accountId > 40) await setEndpoint(accountId, usualEndpoint);
        if (accountId < 301) places.push([accountId, 0]);
        await queueWebhooks(accountId, 2);
      }
      const first = await queue.claim('webhook', leaseOf(), capacity(16, { places }));
      expect([first.deliveries.length, nextOf(first)]).toEqual([0, 256]);
      expect(first.cutShort).toHaveLength(256);
      const second = await queue.claim('webhook', leaseOf(), capacity(16, { places }), nextOf(first));
      expect(accountsOf(second.deliveries)).toEqual([301, 301]);
      expect(second.exhausted).toBe(true);
    });

    it('ends what has nowhere to go, whatever the places, and leaves no lease', async () => {
      const { queue, queueWebhooks, setEndpoint, stateOf } = given();
      const [first] = await queueWebhooks(1, 30);
      await queueWebhooks(2, 1);
      await setEndpoint(1, null);
      const look = await queue.claim('webhook', leaseOf(), capacity(100, { otherPlaces: 2 }));
      expect(look.turnedOff).toHaveLength(30);
      expect(accountsOf(look.deliveries)).toEqual([2]);
      expect(await stateOf(first!)).toEqual({
        status: 'failed',
        reason: 'turned_off',
        worker: null,
        attempt: 0,
      });
    });
  });

  describe('claiming mails', () => {
    it('hands out those that are due, those that waited longest first', async () => {
      const { queue, queueMails, makeDue } = given();
      const [first, second, third] = await queueMails(Array<string>(3).fill('a.example'));
      await makeDue(first!, -10);
      await makeDue(second!, -30);
      await makeDue(third!, -20);
      const { deliveries } = await queue.claim('email', leaseOf(), capacity(10));
      expect(ids(deliveries)).toEqual([second, third, first]);
    });

    it('stays within the limit of a recipient domain, and finds others behind its backlog', async () => {
      const { queue, queueMails } = given();
      await queueMails(Array<string>(500).fill('busy.example'));
      const others = await queueMails(['a.example', 'b.example']);
      const room = capacity(10, { perDestination: 3, inFlightTo: [['busy.example', 1]] });
      const { deliveries, cutShort } = await queue.claim('email', leaseOf(), room);
      expect(domainsOf(deliveries)).toEqual(['a.example', 'b.example', 'busy.example', 'busy.example']);
      expect(ids(deliveries).slice(0, 2)).toEqual(others);
      expect(cutShort).toEqual(['busy.example']);
    });

    it('goes round the accounts of a domain, beginning after the one that had the last place', async () => {
      const { queue, queueMails } = given();
      for (const accountId of [1, 2, 3, 4, 5])
        await queueMails(Array<string>(40).fill('a.example'), accountId);
      const served: number[] = [];
      for (let turn = 0; turn < 5; turn += 1) {
        const look = await queue.claim('email', leaseOf(), capacity(10, { perDestination: 3 }));
        served.push(...accountsOf(look.deliveries));
      }
      expect(served).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
    });

    it('serves an account with one mail at once beside the old backlogs of others to the same domain', async () => {
      const { queue, queueMails } = given();
      for (const accountId of [1, 2, 3]) await queueMails(Array<string>(500).fill('a.example'), accountId);
      const [waiting] = await queueMails(['a.example'], 39);
      const { deliveries } = await queue.claim('email', leaseOf(), capacity(50, { perDestination: 10 }));
      expect(deliveries).toHaveLength(10);
      expect(ids(deliveries)).toContain(waiting);
    });

    it('fills a domain from those that have more where others have less than their part', async () => {
      const { queue, queueMails } = given();
      await queueMails(['a.example'], 1);
      await queueMails(Array<string>(50).fill('a.example'), 2);
      const served: number[] = [];
      for (let more = true; more;) {
        const room = capacity(50, { perDestination: 10, inFlightTo: [['a.example', served.length]] });
        const look = await queue.claim('email', leaseOf(), room);
        served.push(...accountsOf(look.deliveries));
        more = look.sharedOut;
      }
      expect(served.filter((accountId) => accountId === 2)).toHaveLength(9);
      expect(served).toHaveLength(10);
    });

    it('stays within what an account has left, over all domains', async () => {
      const { queue, queueMails } = given();
      await queueMails(['a.example', 'b.example', 'c.example', 'd.example'], 1);
      await queueMails(['a.example'], 2);
      const look = await queue.claim('email', leaseOf(), capacity(50, { otherPlaces: 9, places: [[1, 2]] }));
      expect(accountsOf(look.deliveries).toSorted()).toEqual([1, 1, 2]);
    });
  });

  it.each(['webhook', 'email'] as const)(
    'claims nothing of %s where there is no room, and keeps its place',
    async (channel) => {
      const { queue, queueWebhooks, queueMails } = given();
      await queueWebhooks(1, 1);
      await queueMails(['a.example']);
      const after = channel === 'webhook' ? 17 : 'z.example';
      expect(await queue.claim(channel, leaseOf(), capacity(0), after)).toMatchObject({
        deliveries: [],
        exhausted: false,
        next: after,
      });
    },
  );

  it.each(['webhook', 'email'] as const)(
    'gives each of a thousand of %s to exactly one of two workers',
    async (channel) => {
      const { queue, another, queueWebhooks, queueMails } = given();
      if (channel === 'webhook') {
        for (let accountId = 1; accountId <= 40; accountId += 1) await queueWebhooks(accountId, 25);
      } else await queueMails(Array.from({ length: 1_000 }, (_none, index) => `domain${index % 50}.example`));
      const claimed: string[] = [];
      const work = async (worker: DeliveryQueue) => {
        let after: Turn | undefined;
        for (let empty = 0; empty < 3;) {
          const look: Look = await worker.claim(channel, leaseOf(), capacity(50, { otherPlaces: 8 }), after);
          claimed.push(...ids(look.deliveries));
          after = nextOf(look);
          empty = look.deliveries.length === 0 && look.exhausted ? empty + 1 : 0;
        }
      };
      await Promise.all([work(queue), work(await another())]);
      expect(claimed).toHaveLength(1_000);
      expect(new Set(claimed).size).toBe(1_000);
    },
  );
}
