import type { ClaimedDelivery, DeliveryFilter, NewDelivery } from '@belfry/application';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresDeliveryQueue } from '../queue/delivery-queue.js';
import { capacity as capacityOf, setEndpoints } from '../queue/queue.fixture.js';
import { PostgresAccountStore } from './account-store.js';
import { PostgresDeliveryLog } from './delivery-log.js';
import { PostgresEventStore } from './event-store.js';
import { account, leaseOf, mail, newEvent, webhook } from './events.fixture.js';
import { audit } from './audit-entry.fixture.js';

let database: TestDatabase;
let log: PostgresDeliveryLog;
let events: PostgresEventStore;
let queue: PostgresDeliveryQueue;

beforeAll(async () => {
  database = await createTestDatabase();
  log = new PostgresDeliveryLog(database.database);
  events = new PostgresEventStore(database.database);
  queue = new PostgresDeliveryQueue(database.database);
  const accounts = new PostgresAccountStore(database.database);
  await accounts.put(account(1), audit);
  await accounts.put(account(2), audit);
  await setEndpoints(database, 'https://hooks.example.com/in?token=s3cret');
});
beforeEach(() => database.query('TRUNCATE events, deliveries, attempts'));
afterAll(() => database.drop());

const capacity = capacityOf(100);
const at = (hour: number) => new Date(Date.UTC(2026, 10, 24, hour));

/** Stores one event of this hour with one delivery. */
async function store(
  hour: number,
  delivery: (changes: Partial<NewDelivery>) => NewDelivery,
  eventType = 'run_failed',
) {
  const event = newEvent(1, {
    acceptedAt: at(hour),
    eventType,
    payload: '{"order":"z first", "a":1}',
    deliveries: [delivery({ deliveryId: v7({ msecs: at(hour).getTime() }) })],
  });
  await events.append([1], leaseOf(), () => [event]);
  return { eventId: event.event.eventId, deliveryId: event.deliveries[0]!.deliveryId };
}

const attemptOf = (outcome: 'succeeded' | 'failed', startedAt = new Date()) => ({
  attemptId: v7(),
  startedAt,
  durationMs: 12,
  outcome,
  reason: outcome === 'failed' ? ('temporary' as const) : null,
  request: { headers: { 'X-Order': 'kept', 'A-Header': 'after' }, body: 'the text part' },
  response: { status: 250, headers: {}, body: 'ok' },
  detail: outcome === 'failed' ? 'The mail server ended the connection.' : null,
});

describe('the delivery log', () => {
  it('shows a delivery with its attempts, oldest first; of its own account alone', async () => {
    const { deliveryId, eventId } = await store(9, (changes) => mail('example.com', changes));
    const lease = leaseOf();
    const {
      deliveries: [first],
    } = await queue.claim('email', lease, capacity);
    const failed = attemptOf('failed', at(9));
    await queue.record(lease, [
      { delivery: first!, attempt: failed, next: { status: 'queued', retryInMs: 0 } },
    ]);
    await queue.endPauses();
    const {
      deliveries: [second],
    } = await queue.claim('email', lease, capacity);
    const succeeded = { ...attemptOf('succeeded', at(10)), response: null };
    await queue.record(lease, [{ delivery: second!, attempt: succeeded, next: { status: 'succeeded' } }]);

    expect(await log.find(1, deliveryId)).toEqual({
      deliveryId,
      eventId,
      eventType: 'run_failed',
      environment: 'production',
      recipientRole: 'subscriber',
      channel: 'email',
      destination: 'ops@example.com',
      status: 'succeeded',
      reason: null,
      redeliveryOf: null,
      test: false,
      createdAt: at(9),
      finishedAt: new Date(at(10).getTime() + 12),
      attempts: [failed, succeeded],
    });
    expect(await log.find(2, deliveryId)).toBeNull();
  });

  it("shows the event's payload, byte for byte, as what a webhook sent", async () => {
    const { deliveryId } = await store(9, webhook);
    const lease = leaseOf();
    const { deliveries } = await queue.claim('webhook', lease, capacity);
    const delivery: ClaimedDelivery = deliveries[0]!;
    await queue.record(lease, [{ delivery, attempt: attemptOf('succeeded'), next: { status: 'succeeded' } }]);
    expect((await log.find(1, deliveryId))!.attempts[0]!.request.body).toBe('{"order":"z first", "a":1}');
  });

  it('lists by every filter, newest first', async () => {
    const nine = await store(9, webhook);
    const ten = await store(10, (changes) => mail('example.com', changes));
    const eleven = await store(11, webhook, 'tenant_created');
    const twelve = await store(12, webhook);
    const lease = leaseOf();
    const { deliveries } = await queue.claim('webhook', lease, { ...capacity, limit: 1 });
    await queue.record(lease, [
      {
        delivery: deliveries[0]!,
        attempt: attemptOf('failed'),
        next: { status: 'failed', reason: 'timeout' },
      },
    ]);

    const names = new Map([
      [nine.deliveryId, 9],
      [ten.deliveryId, 10],
      [eleven.deliveryId, 11],
      [twelve.deliveryId, 12],
    ]);
    const hours = async (filter: DeliveryFilter, before?: string) =>
      (await log.list(1, filter, 10, before)).items.map((delivery) => names.get(delivery.deliveryId));
    expect(await hours({})).toEqual([12, 11, 10, 9]);
    expect(await hours({ status: 'failed' })).toEqual([9]);
    expect(await hours({ status: 'queued' })).toEqual([12, 11, 10]);
    expect(await hours({ channel: 'email' })).toEqual([10]);
    expect(await hours({ eventType: 'tenant_created' })).toEqual([11]);
    expect(await hours({ eventId: twelve.eventId })).toEqual([12]);
    expect(await hours({ deliveryIds: [eleven.deliveryId, twelve.deliveryId] })).toEqual([12, 11]);
    expect(await hours({ deliveryIds: [] })).toEqual([]);
    expect(await hours({ from: at(10), to: at(12) })).toEqual([11, 10]);
    expect(await hours({}, eleven.deliveryId)).toEqual([10, 9]);
    expect(
      await hours({ channel: 'webhook', status: 'queued', from: at(9), to: at(13) }, twelve.deliveryId),
    ).toEqual([11]);
    expect(await log.list(2, {}, 10)).toEqual({ items: [], next: null });
  });

  it('gives every delivery once, in order, whatever the size of its pages', async () => {
    const batch = Array.from({ length: 25 }, () => newEvent(1, { deliveries: [webhook(), mail()] }));
    await events.append([1], leaseOf(), () => batch);
    const all = batch.flatMap((event) => event.deliveries);
    const newestFirst = (chosen: readonly NewDelivery[]) =>
      chosen
        .map((each) => each.deliveryId)
        .sort()
        .reverse();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom<DeliveryFilter>(
          {},
          { channel: 'webhook' },
          { channel: 'email', status: 'queued' },
          { status: 'failed' },
        ),
        async (limit, filter) => {
          const listed: string[] = [];
          for (let before: string | undefined; ;) {
            const { items, next } = await log.list(1, filter, limit, before);
            listed.push(...items.map((delivery) => delivery.deliveryId));
            if (next === null) break;
            before = next;
          }
          const wanted =
            filter.status === 'failed'
              ? []
              : all.filter((each) => filter.channel === undefined || each.channel === filter.channel);
          expect(listed).toEqual(newestFirst(wanted));
        },
      ),
      { numRuns: 40 },
    );
  });
});
