import { domainOf } from '@belfry/domain';
import { mailPolicy } from './channel-policies.js';
import { ChannelQueue } from './channel-queue.js';
import type { ActivityLog } from '../ports/activity-log.js';
import { TestClock } from '../ports/clock.fixture.js';
import type { Capacity, ClaimedDelivery, DeliveryQueue, Look } from '../ports/delivery-queue.js';

const mailTo = (domain: string, index: number): ClaimedDelivery => ({
  accountId: index,
  deliveryId: `${domain}-${index}`,
  eventId: 'event',
  eventType: 'run_failed',
  channel: 'email',
  destination: `ops@${domain}`,
  recipientRole: 'subscriber',
  payload: '{}',
  attempt: 1,
  createdAt: new Date(0),
});

/** A channel's queue over these mails, which answers with what has begun. */
function queueOf(waiting: ClaimedDelivery[]) {
  const begun = new Map<string, () => void>();
  let isOpen = true;
  const store = {
    // What the statement does: the first that are due, within the limit of their domain.
    claim: (_channel: unknown, _lease: unknown, { limit, destinations }: Capacity): Promise<Look> => {
      const perDomain = new Map(destinations.inFlight);
      const cutShort = new Set<string>();
      const deliveries = waiting.filter(({ destination }) => {
        const recipientDomain = domainOf(destination);
        const count = perDomain.get(recipientDomain) ?? 0;
        if (count >= destinations.limit) cutShort.add(recipientDomain);
        else perDomain.set(recipientDomain, count + 1);
        return count < destinations.limit;
      });
      deliveries.splice(limit);
      for (const delivery of deliveries) waiting.splice(waiting.indexOf(delivery), 1);
      return Promise.resolve({
        deliveries,
        turnedOff: [],
        exhausted: true,
        cutShort: [...cutShort],
        sharedOut: false,
      });
    },
  };
  const limits = { inFlight: 50, perAccount: 50, perDestination: 10 };
  const clock = new TestClock();
  const queue = new ChannelQueue(mailPolicy(limits), {
    queue: store as Partial<DeliveryQueue> as DeliveryQueue,
    lease: { worker: 'worker', leaseMs: 30_000 },
    clock,
    log: { claimed: () => undefined } as Partial<ActivityLog> as ActivityLog,
    mayStart: () => isOpen,
    send: ({ deliveryId }) => new Promise((end) => begun.set(deliveryId, end)),
    failed: (_doing, error) => {
      throw error;
    },
  });
  /** Claims nothing more, and ends what has begun. */
  const close = async () => {
    isOpen = false;
    for (const end of begun.values()) end();
    await queue.stop();
  };
  return { queue, begun, close, clock };
}

const slowMails = () =>
  Array.from({ length: 5 * 12 }, (_, index) => mailTo(`slow-${index % 5}.example`, index));

describe('mails that are under way for long', () => {
  it('give their places to the next, and stay within the limit of their domain', async () => {
    const { queue, begun, close, clock } = queueOf([...slowMails(), mailTo('healthy.example', 99)]);
    queue.wake();
    await clock.advance(4_999);
    expect(begun.size).toBe(50);
    expect(queue.lane.free).toBe(0);
    await clock.advance(1_000);
    // Ten of each slow domain, though two more of each are queued.
    expect(begun.has('healthy.example-99')).toBe(true);
    expect(begun.size).toBe(51);
    expect(queue.lane.inFlight).toBe(51);
    for (const end of begun.values()) end();
    await clock.advance(1_000);
    expect(begun.size).toBe(61);
    await close();
    expect(queue.lane.inFlight).toBe(0);
    expect(queue.lane.free).toBe(50);
  });
});

it('what comes before the middle is looked at again once the end was seen, without being woken', async () => {
  const clock = new TestClock();
  const ends: (() => void)[] = [];
  const afters: unknown[] = [];
  const nothing = { turnedOff: [], cutShort: [], sharedOut: false };
  const queue = new ChannelQueue(mailPolicy({ inFlight: 4, perAccount: 4, perDestination: 4 }), {
    queue: {
      claim: (_channel: unknown, _lease: unknown, { limit }: Capacity, after: unknown): Promise<Look> => {
        afters.push(after ?? 'the front');
        const isFirst = ends.length < 4;
        const deliveries = isFirst
          ? Array.from({ length: limit }, (_, index) => mailTo('a.example', index))
          : [];
        return Promise.resolve({
          ...nothing,
          deliveries,
          ...(isFirst ? { exhausted: false, next: 'a.example' } : { exhausted: true }),
        });
      },
    } as unknown as DeliveryQueue,
    lease: { worker: 'worker', leaseMs: 30_000 },
    clock,
    log: { claimed: () => undefined } as Partial<ActivityLog> as ActivityLog,
    mayStart: () => true,
    send: () => new Promise((end) => ends.push(end)),
    failed: (_doing, error) => {
      throw error;
    },
  });
  queue.wake();
  await clock.advance(0);
  expect([ends.length, queue.mode]).toEqual([4, 'waiting']);
  const looks = afters.length;
  for (const end of ends) end();
  await clock.advance(100);
  expect(afters.slice(looks)).toEqual(['a.example', 'the front']);
  expect(queue.mode).toBe('idle');
});
