import { StorageUnavailable } from '../ports/storage-unavailable.js';
import { eventOf, gate, openPipeline } from './pipeline.fixture.js';

const away = () => new StorageUnavailable(new Error('connect ECONNREFUSED'));
const never = () => new Promise<never>(() => undefined);
const wide = (inFlight: number) => ({ inFlight, perAccount: inFlight, perDestination: inFlight });

describe('what is queued', () => {
  it('is claimed at the start, and what another process queues without a word within a second', async () => {
    const { dispatcher, enqueue, addAccounts, begun, clock } = openPipeline();
    addAccounts(1);
    enqueue('webhook', 1);
    dispatcher.run();
    await clock.advance(0);
    expect(begun).toHaveLength(1);
    enqueue('webhook', 1);
    enqueue('email', 1);
    await clock.advance(1_000);
    expect(begun).toHaveLength(3);
  });

  it('is claimed at once where it is told of, also while a claim is on its way', async () => {
    const { dispatcher, enqueue, addAccounts, begun, clock, queue } = openPipeline();
    addAccounts(1, 2);
    const { passed, open } = gate();
    queue.gates.set('claim', passed);
    dispatcher.run();
    await clock.advance(0);
    const sizeOfLook = queue.calls.claim;
    open();
    queue.gates.delete('claim');
    await clock.advance(10);
    expect(queue.calls.claim).toBe(sizeOfLook);

    const second = gate();
    queue.claim = (
      (original) =>
      async (...args: Parameters<typeof original>) => {
        const look = await original(...args);
        await second.passed;
        return look;
      }
    )(queue.claim.bind(queue));
    dispatcher.wake(['webhook']);
    await clock.advance(0);
    enqueue('webhook', 1);
    dispatcher.wake(['webhook']);
    second.open();
    await clock.advance(100);
    expect(begun).toHaveLength(1);
  });

  it('is worked off without a wait for the next poll, however many accounts have more than there are places', async () => {
    const { dispatcher, enqueue, addAccounts, begun, clock } = openPipeline({ webhooks: wide(4) });
    for (let accountId = 1; accountId <= 40; accountId += 1) {
      addAccounts(accountId);
      enqueue('webhook', accountId, 3);
    }
    dispatcher.run();
    await clock.advance(999);
    expect(begun).toHaveLength(120);
    expect(dispatcher.inFlightOf('webhook')).toBe(0);
  });

  it('comes to every account in turn beside the backlog of another', async () => {
    const { dispatcher, enqueue, addAccounts, begun, clock } = openPipeline({ webhooks: wide(4) });
    addAccounts(1, 2, 3);
    enqueue('webhook', 1, 100);
    enqueue('webhook', 2, 100);
    enqueue('webhook', 3);
    dispatcher.run();
    await clock.advance(30_000);
    expect(begun).toHaveLength(201);
    expect(begun.findIndex(({ accountId }) => accountId === 3)).toBeLessThan(20);
  });

  it('comes to an account behind more than 256 others that are at their limit', async () => {
    const webhooks = { inFlight: 1_200, perAccount: 1, perDestination: 64 };
    const { dispatcher, enqueue, addAccounts, begun, clock, given } = openPipeline({ webhooks });
    given.deliver = never;
    for (let accountId = 1; accountId <= 300; accountId += 1) {
      addAccounts(accountId);
      enqueue('webhook', accountId, 2);
    }
    dispatcher.run();
    await clock.advance(2_000);
    expect(new Set(begun.map(({ accountId }) => accountId)).size).toBe(300);
    addAccounts(301);
    enqueue('webhook', 301);
    dispatcher.wake(['webhook']);
    await clock.advance(900);
    expect(begun.at(-1)!.accountId).toBe(301);
  });

  it('starts in the order of acceptance within an account', async () => {
    const { dispatcher, enqueue, addAccounts, begun, clock } = openPipeline();
    addAccounts(1);
    const queued = enqueue('webhook', 1, 100);
    dispatcher.run();
    await clock.advance(5_000);
    expect(begun.map(({ deliveryId }) => deliveryId)).toEqual(queued);
  });

  it('is announced to other processes where this one cannot start it', async () => {
    const { dispatcher, announced, addAccounts, intake, settled } = openPipeline({ sendsDeliveries: false });
    addAccounts(1);
    dispatcher.run();
    const taken = intake.submit(eventOf(1), null);
    await settled();
    expect(await taken).toMatchObject({ status: 'accepted', deliveries: 2 });
    expect([...announced].sort()).toEqual(['email', 'webhook']);
  });
});

describe('places', () => {
  it('are kept for a claim that is on its way: no more are in flight than the limit', async () => {
    const { dispatcher, enqueue, clock, queue, given } = openPipeline({ mails: wide(16) });
    given.deliver = never;
    enqueue('email', 1, 40);
    const { passed, open } = gate();
    queue.gates.set('claim', passed);
    dispatcher.run();
    await clock.advance(0);
    let reserved = 0;
    while (dispatcher.reserve('email', { accountId: 2, destination: '2.example' }) !== null) reserved += 1;
    expect(reserved).toBeGreaterThan(0);
    open();
    await clock.advance(100);
    expect(dispatcher.inFlightOf('email')).toBeLessThanOrEqual(16);
  });

  it('come back where a delivery cannot be sent by a fault of our own, whose lease runs out', async () => {
    const { dispatcher, enqueue, addAccounts, clock, given, statusOf, failures } = openPipeline();
    addAccounts(1);
    const [deliveryId] = enqueue('webhook', 1);
    given.deliver = () => Promise.reject(new Error('a bug'));
    dispatcher.run();
    await clock.advance(0);
    expect(dispatcher.inFlightOf('webhook')).toBe(0);
    expect(failures).toEqual([`delivering ${deliveryId}`]);
    await clock.advance(60_000);
    expect(statusOf(deliveryId!)).toBe('interrupted');
  });

  it('for something that is sent now are waited for, up to a time', async () => {
    const { dispatcher, clock } = openPipeline({ webhooks: wide(1) });
    const seat = { accountId: 1, destination: 'https://1.example.com' };
    const first = (await dispatcher.reserveWithin('webhook', seat, 5_000))!;
    const second = dispatcher.reserveWithin('webhook', seat, 5_000);
    const third = dispatcher.reserveWithin('webhook', seat, 1_000);
    await clock.advance(1_000);
    first.giveBack();
    expect(await second).not.toBeNull();
    await clock.advance(0);
    expect(await third).toBeNull();
    expect(dispatcher.inFlightOf('webhook')).toBe(1);
  });
});

describe('leases', () => {
  it('are renewed as long as a delivery is under way, and no longer', async () => {
    const { dispatcher, enqueue, clock, given, statusOf, begun, queue } = openPipeline();
    const [deliveryId] = enqueue('email', 1);
    const answered = gate();
    const { deliver } = given;
    given.deliver = async (delivery) => {
      await answered.passed;
      return deliver(delivery);
    };
    dispatcher.run();
    await clock.advance(600_000);
    expect([statusOf(deliveryId!), begun.length]).toEqual(['sending', 1]);
    answered.open();
    await clock.advance(15_000);
    expect([statusOf(deliveryId!), queue.renewed]).toEqual(['succeeded', []]);
  });

  it('are renewed at a stop too, until the last outcome is recorded', async () => {
    const { dispatcher, enqueue, clock, given, statusOf, queue } = openPipeline();
    const [deliveryId] = enqueue('email', 1);
    const answered = gate();
    const { deliver } = given;
    given.deliver = async (delivery) => {
      await answered.passed;
      return deliver(delivery);
    };
    dispatcher.run();
    await clock.advance(0);
    const stopped = dispatcher.stop();
    await clock.advance(120_000);
    await queue.sweep();
    expect(statusOf(deliveryId!)).toBe('sending');
    answered.open();
    await clock.advance(1_000);
    await stopped;
    expect(statusOf(deliveryId!)).toBe('succeeded');
    expect(clock.pending).toBe(0);
  });

  it('that could not be renewed are tried again before others may end them', async () => {
    const { dispatcher, enqueue, clock, given, statusOf, queue } = openPipeline();
    const [deliveryId] = enqueue('email', 1);
    given.deliver = never;
    dispatcher.run();
    await clock.advance(5_000);
    for (const method of ['renew', 'sweep', 'claim', 'endPauses'] as const) queue.faults.set(method, away());
    await clock.advance(300_000);
    queue.faults.clear();
    await clock.advance(60_000);
    expect(statusOf(deliveryId!)).toBe('sending');
  });

  it('of a dead worker end: its webhooks are interrupted, its mails are sent at once', async () => {
    const { dispatcher, enqueue, clock, statusOf, begun } = openPipeline({ leaseMs: 5_200 });
    const lost = { status: 'sending', attempt: 1, worker: 'the dead', leaseEndsAt: 3_500 } as const;
    const [hook] = enqueue('webhook', 1, 1, lost);
    const [mail] = enqueue('email', 1, 1, lost);
    dispatcher.run();
    await clock.advance(5_100);
    expect([statusOf(hook!), statusOf(mail!), begun.length]).toEqual(['sending', 'sending', 0]);
    // Not only at the next poll.
    await clock.advance(300);
    expect([statusOf(hook!), statusOf(mail!)]).toEqual(['interrupted', 'succeeded']);
    expect(begun).toMatchObject([{ deliveryId: mail, attempt: 2 }]);
  });
});

describe('a stop', () => {
  it('gives back what was claimed and not begun', async () => {
    const { dispatcher, enqueue, addAccounts, clock, queue, kept, begun } = openPipeline();
    addAccounts(1);
    const [deliveryId] = enqueue('webhook', 1);
    const { passed, open } = gate();
    queue.gates.set('claim', passed);
    dispatcher.run();
    await clock.advance(0);
    const stopped = dispatcher.stop();
    open();
    await stopped;
    expect(kept.all.get(deliveryId!)).toMatchObject({ status: 'queued', attempt: 0, worker: null });
    expect(begun).toEqual([]);
    expect(dispatcher.inFlightOf('webhook')).toBe(0);
    expect(dispatcher.reserve('webhook', { accountId: 1, destination: 'x' })).toBeNull();
  });

  it('finishes and records what is in flight, more than a statement holds too', async () => {
    const { dispatcher, enqueue, clock, queue, statuses } = openPipeline({ mails: wide(2_000) });
    enqueue('email', 1, 1_300);
    const { passed, open } = gate();
    queue.gates.set('record', passed);
    dispatcher.run();
    await clock.advance(500);
    expect(dispatcher.outcomesWaiting).toBe(1_300);
    const stopped = dispatcher.stop();
    open();
    await clock.advance(1_000);
    await stopped;
    expect(statuses()).toEqual({ succeeded: 1_300 });
  });
});

describe('while the database does not take outcomes', () => {
  it('nothing new is started once 5,000 wait, and all goes on when it does', async () => {
    const { dispatcher, enqueue, clock, queue, statuses, begun } = openPipeline({ mails: wide(8_000) });
    queue.faults.set('record', away());
    enqueue('email', 1, 4_999);
    dispatcher.run();
    await clock.advance(3_000);
    expect(dispatcher.outcomesWaiting).toBe(4_999);
    const seat = { accountId: 2, destination: '2.example' };
    dispatcher.reserve('email', seat)!.giveBack();
    enqueue('email', 1, 1);
    await clock.advance(2_000);
    expect(dispatcher.outcomesWaiting).toBe(5_000);
    expect(dispatcher.reserve('email', seat)).toBeNull();
    enqueue('email', 1, 10);
    const { claim } = queue.calls;
    await clock.advance(10_000);
    expect([queue.calls.claim, begun.length]).toEqual([claim, 5_000]);
    queue.faults.clear();
    await clock.advance(10_000);
    expect(statuses()).toEqual({ succeeded: 5_010 });
    expect(dispatcher.reserve('email', seat)).not.toBeNull();
  });

  it('a failing claim is tried again within a second', async () => {
    const { dispatcher, enqueue, clock, queue, begun, failures } = openPipeline();
    queue.faults.set('claim', away());
    enqueue('email', 1);
    dispatcher.run();
    await clock.advance(5_000);
    expect(failures).toContain('claiming deliveries');
    queue.faults.clear();
    await clock.advance(1_000);
    expect(begun).toHaveLength(1);
  });
});

it('a mail that is to be tried again is sent when its pause is over, and not before', async () => {
  const { dispatcher, enqueue, clock, given, begun } = openPipeline();
  enqueue('email', 1);
  const { deliver } = given;
  given.deliver = async (delivery) => {
    const outcome = await deliver(delivery);
    return delivery.attempt === 1 ? { ...outcome, next: { status: 'queued', retryInMs: 15_000 } } : outcome;
  };
  dispatcher.run();
  await clock.advance(14_900);
  expect(begun).toHaveLength(1);
  await clock.advance(1_200);
  expect(begun.map(({ attempt }) => attempt)).toEqual([1, 2]);
});
