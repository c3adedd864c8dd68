import { mailPolicy } from './channel-policies.js';
import { ChannelQueue } from './channel-queue.js';
import { seatOf } from './lane.js';
import type { Capacity, ClaimedDelivery, Look } from '../ports/delivery-queue.js';

const mailTo = (domain: string, index: number): ClaimedDelivery => ({
  accountId: index,
  deliveryId: `${domain}-${index}`,
  eventId: 'event',
  eventType: 'run_failed',
  channel: 'email',
  destination: `ops@${domain}`,
  recipientRole: 'subscriber',
  recipientDomain: domain,
  payload: '{}',
  attempt: 1,
  createdAt: new Date(0),
});

/** A channel's queue over these mails, which answers with what has begun. */
function queueOf(waiting: ClaimedDelivery[], asideAfterMs: number | undefined) {
  const begun = new Map<string, () => void>();
  let isOpen = true;
  const store = {
    // What the statement does: the first that are due, within the limit of their domain.
    claim: (_channel: unknown, { limit, destinations }: Capacity): Promise<Look> => {
      const perDomain = new Map(destinations.inFlight);
      const cutShort = new Set<string>();
      const deliveries = waiting.filter(({ recipientDomain }) => {
        const count = perDomain.get(recipientDomain!) ?? 0;
        if (count >= destinations.limit) cutShort.add(recipientDomain!);
        else perDomain.set(recipientDomain!, count + 1);
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
  const limits = { inFlight: 50, perAccount: 50, perDestination: 10, asideAfterMs };
  const queue: ChannelQueue = new ChannelQueue(mailPolicy(limits), {
    ...store,
    mayClaim: () => isOpen,
    start: (deliveries) => {
      for (const delivery of deliveries) begun.set(delivery.deliveryId, queue.begin(seatOf(delivery)));
    },
    release: () => Promise.resolve(),
    looked: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  /** Claims nothing more, and ends what has begun. */
  const close = async () => {
    isOpen = false;
    for (const end of begun.values()) end();
    await queue.settle();
  };
  return { queue, begun, close };
}

const slowMails = () =>
  Array.from({ length: 5 * 12 }, (_, index) => mailTo(`slow-${index % 5}.example`, index));

describe('mails that are under way for long', () => {
  it('give their places to the next, and stay within the limit of their domain', async () => {
    const { queue, begun } = queueOf([...slowMails(), mailTo('healthy.example', 99)], 5);
    queue.lookAgain();
    while (!begun.has('healthy.example-99')) await new Promise((resolve) => setTimeout(resolve, 1));
    // Ten of each slow domain, though two more of each are queued.
    expect(begun.size).toBe(51);
    expect(queue.lane.inFlight).toBe(51);
    for (const end of begun.values()) end();
    while (begun.size < 61) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const end of [...begun.values()].slice(51)) end();
    await queue.settle();
    expect(queue.lane.inFlight).toBe(0);
    expect(queue.lane.free).toBe(50);
  });

  it('hold them while they are not known to be long under way', async () => {
    const { queue, begun, close } = queueOf([...slowMails(), mailTo('healthy.example', 99)], 600_000);
    queue.lookAgain();
    while (begun.size < 50) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(queue.lane.free).toBe(0);
    await close();
    expect(queue.lane.inFlight).toBe(0);
  });
});
