import { StorageUnavailable } from '../ports/storage-unavailable.js';
import { eventOf, gate, openPipeline } from './pipeline.fixture.js';

const key = (name: string) => ({ scope: -1, key: name, inputHash: new Uint8Array([1]) });

describe('events', () => {
  it('of one moment share a batch, whose deliveries start as soon as it is stored', async () => {
    const { intake, dispatcher, addAccounts, events, begun, settled, statuses, clock } = openPipeline();
    addAccounts(1, 2);
    dispatcher.run();
    const results = [1, 2, 404, 1].map((accountId) => intake.submit(eventOf(accountId), null));
    await settled();
    expect((await Promise.all(results)).map(({ status }) => status)).toEqual([
      'accepted',
      'accepted',
      'unknown_account',
      'accepted',
    ]);
    expect(events.tries).toBe(1);
    expect(begun).toHaveLength(6);
    await clock.advance(100);
    expect(statuses()).toEqual({ succeeded: 6 });
  });

  it('do not overtake what is queued of their account', async () => {
    const { intake, dispatcher, addAccounts, enqueue, begun, clock, queue } = openPipeline();
    addAccounts(1);
    const { passed, open } = gate();
    queue.gates.set('claim', passed);
    const [queued] = enqueue('webhook', 1);
    dispatcher.run();
    void intake.submit(eventOf(1), null);
    await clock.advance(0);
    expect(begun.filter(({ channel }) => channel === 'webhook')).toEqual([]);
    open();
    await clock.advance(900);
    const webhooks = begun.filter(({ channel }) => channel === 'webhook');
    expect(webhooks).toHaveLength(2);
    expect(webhooks[0]!.deliveryId).toBe(queued);
  });

  it('beyond 20,000 that wait are refused as the database does not keep up; the others are stored', async () => {
    const { intake, addAccounts, events, settled } = openPipeline();
    addAccounts(1);
    const { passed, open } = gate();
    events.gate = passed;
    const first = Array.from({ length: 1_000 }, () => intake.submit(eventOf(1), null));
    await settled();
    // Most of them of an account that is unknown: these are answered, and cost less to make.
    const waiting = Array.from({ length: 20_000 }, (_, index) =>
      intake.submit(eventOf(index % 100 === 0 ? 1 : 404), null),
    );
    expect(intake.waitingCount).toBe(20_000);
    await expect(intake.submit(eventOf(1), null)).rejects.toThrow(StorageUnavailable);
    open();
    const results = await Promise.all([...first, ...waiting]);
    expect(results.filter(({ status }) => status === 'accepted')).toHaveLength(1_200);
    expect(results.filter(({ status }) => status === 'unknown_account')).toHaveLength(19_800);
    expect(await intake.submit(eventOf(1), null)).toMatchObject({ status: 'accepted' });
  });
});

describe('places that were taken for a batch', () => {
  it('are given back for a repeat, for a conflict, and for what cannot be stored', async () => {
    const { intake, dispatcher, addAccounts, events, clock, given, begun } = openPipeline();
    addAccounts(1);
    dispatcher.run();
    given.deliver = () => new Promise(() => undefined);
    const first = await Promise.all([intake.submit(eventOf(1), key('a')), clock.advance(0)]);
    const inFlight = dispatcher.inFlightOf('webhook') + dispatcher.inFlightOf('email');
    expect(inFlight).toBe(2);
    for (let repeat = 0; repeat < 5; repeat += 1) {
      expect(await intake.submit(eventOf(1), key('a'))).toEqual(first[0]);
    }
    const other = { ...key('a'), inputHash: new Uint8Array([2]) };
    expect(await intake.submit(eventOf(1), other)).toEqual({ status: 'idempotency_conflict' });
    events.refusal = () => new Error('violates check constraint');
    await expect(intake.submit(eventOf(1), null)).rejects.toThrow('check constraint');
    events.refusal = () => new StorageUnavailable(new Error('away'));
    await expect(intake.submit(eventOf(1), null)).rejects.toThrow(StorageUnavailable);
    await clock.advance(100);
    expect(dispatcher.inFlightOf('webhook') + dispatcher.inFlightOf('email')).toBe(2);
    expect(begun).toHaveLength(2);
  });

  it('are taken anew where the transaction is begun again', async () => {
    const { intake, dispatcher, addAccounts, events, clock, begun } = openPipeline();
    addAccounts(1);
    dispatcher.run();
    const append = events.append.bind(events);
    events.append = (accountIds, lease, plan) =>
      append(accountIds, lease, (snapshot) => {
        plan(snapshot);
        return plan(snapshot);
      });
    await intake.submit(eventOf(1), null);
    await clock.advance(100);
    expect(begun).toHaveLength(2);
    expect(dispatcher.inFlightOf('webhook')).toBe(0);
  });
});

describe('where a batch is refused', () => {
  it('for one event, the others are stored, in their order', async () => {
    const { intake, addAccounts, events, kept } = openPipeline();
    addAccounts(...Array.from({ length: 9 }, (_, index) => index + 1));
    events.refusal = (batch) =>
      batch.some(({ event }) => event.accountId === 4) ? new Error('violates check constraint') : null;
    const results = await Promise.allSettled(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((accountId) => intake.submit(eventOf(accountId), null)),
    );
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((accountId) => accountId !== 4),
    );
    expect(events.events.map(({ event }) => event.accountId)).toEqual([1, 2, 3, 5, 6, 7, 8, 9]);
    const webhooks = [...kept.all.values()].filter(({ channel }) => channel === 'webhook');
    expect(webhooks.map(({ deliveryId }) => deliveryId)).toEqual(
      webhooks.map(({ deliveryId }) => deliveryId).toSorted(),
    );
  });

  it('because the database is away, it is tried once', async () => {
    const { intake, addAccounts, events } = openPipeline();
    addAccounts(1);
    events.refusal = () => new StorageUnavailable(new Error('away'));
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => intake.submit(eventOf(1), null)),
    );
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(events.tries).toBe(1);
  });
});
