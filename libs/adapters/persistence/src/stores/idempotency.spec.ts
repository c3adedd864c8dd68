import type { IdempotencyKey } from '@belfry/application';
import { createHash } from 'node:crypto';
import { PostgresEventStore } from './event-store.js';
import { accounts, createTestBatches, type TestBatches } from './batches.fixture.js';
import { leaseOf, mail, newEvent, webhook } from './events.fixture.js';

let batches: TestBatches;
let database: TestBatches['database'];
let events: TestBatches['events'];
let append: TestBatches['append'];
let count: TestBatches['count'];
beforeAll(async () => {
  batches = await createTestBatches();
  ({ database, events, append, count } = batches);
});
beforeEach(() => batches.clear());
afterAll(() => batches.database.drop());
const key = (name: string, input = 'input', scope = 0): IdempotencyKey => ({
  scope,
  key: name,
  inputHash: createHash('sha256').update(input).digest(),
});

describe('an idempotency key', () => {
  it('makes a second publish answer what the first did, and stores nothing of it', async () => {
    const first = newEvent(1, { deliveries: [webhook(), mail()], idempotency: key('k') });
    await append(first);
    const again = newEvent(1, { deliveries: [webhook()], idempotency: key('k') });
    expect(await append(again, newEvent(2))).toEqual([
      { outcome: 'repeated', eventId: first.event.eventId, deliveries: 2 },
      { outcome: 'stored' },
    ]);
    expect([await count('events'), await count('deliveries')]).toEqual([2, 2]);
  });

  it('is a conflict with another input, and none where it is of another scope', async () => {
    await append(newEvent(1, { idempotency: key('k') }));
    expect(
      await append(
        newEvent(1, { idempotency: key('k', 'other') }),
        newEvent(1, { idempotency: key('k', 'other', 1) }),
      ),
    ).toEqual([{ outcome: 'idempotency_conflict' }, { outcome: 'stored' }]);
  });

  it('counts within a batch: the first of its kind wins', async () => {
    const first = newEvent(1, { deliveries: [mail()], idempotency: key('k') });
    const same = newEvent(1, { deliveries: [mail()], idempotency: key('k') });
    const other = newEvent(1, { deliveries: [mail()], idempotency: key('k', 'other') });
    expect(await append(first, same, other)).toEqual([
      { outcome: 'stored' },
      { outcome: 'repeated', eventId: first.event.eventId, deliveries: 1 },
      { outcome: 'idempotency_conflict' },
    ]);
    expect(await count('deliveries')).toBe(1);
  });

  it('counts for 24 hours', async () => {
    await append(newEvent(1, { idempotency: key('old') }), newEvent(1, { idempotency: key('young') }));
    await database.query(
      `UPDATE idempotency_keys SET created_at = now() - CASE idempotency_key WHEN 'old' THEN interval '24 hours 1 second'
         ELSE interval '23 hours 59 minutes' END`,
    );
    const renewed = newEvent(1, { idempotency: key('old', 'other') });
    expect(await append(renewed, newEvent(1, { idempotency: key('young', 'other') }))).toEqual([
      { outcome: 'stored' },
      { outcome: 'idempotency_conflict' },
    ]);
    expect(await append(newEvent(1, { idempotency: key('old', 'other') }))).toMatchObject([
      { outcome: 'repeated', eventId: renewed.event.eventId },
    ]);
  });

  it('lets one of many publishes through that come at once over several connections, in whatever order', async () => {
    const other = new PostgresEventStore(await database.openAnother());
    const names = Array.from({ length: 20 }, (_none, index) => `k${index}`);
    const batches = await Promise.all(
      Array.from({ length: 8 }, (_none, index) => {
        const batch = names.map((name) => newEvent(1, { idempotency: key(name) }));
        if (index % 2 === 1) batch.reverse();
        return (index % 2 === 0 ? events : other).append(accounts, leaseOf(), () => batch);
      }),
    );
    const stored = batches.flat().filter((appended) => appended.outcome === 'stored');
    expect(stored).toHaveLength(20);
    expect(batches.flat().filter((appended) => appended.outcome === 'repeated')).toHaveLength(140);
    expect(await count('events')).toBe(20);
  });
});
