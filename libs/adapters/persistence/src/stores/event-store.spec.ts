import type { IntakeSnapshot } from '@belfry/application';
import fc from 'fast-check';
import { accounts, createTestBatches, type TestBatches } from './batches.fixture.js';
import { account, leaseOf, mail, newEvent, webhook } from './events.fixture.js';
import { PostgresSettingsStore } from './settings-store.js';
import { audit } from './audit-entry.fixture.js';

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

describe('appending a batch', () => {
  it('stores every event with its deliveries, as claimed by the worker or queued', async () => {
    const claimed = webhook({ leased: true });
    const queued = mail('example.org');
    const event = newEvent(1, { deliveries: [claimed, queued] });
    const lease = leaseOf();
    expect(await events.append(accounts, lease, () => [event, newEvent(2)])).toEqual([
      { outcome: 'stored' },
      { outcome: 'stored' },
    ]);
    const rows = await database.query(
      `SELECT delivery_id, status, worker, attempts, recipient_role, recipient_domain, created_at,
              lease_expires_at > now() AS leased, next_attempt_at <= now() AS due
       FROM deliveries ORDER BY delivery_id`,
    );
    const created_at = event.event.acceptedAt;
    expect(rows).toEqual([
      {
        delivery_id: claimed.deliveryId,
        status: 'sending',
        worker: lease.worker,
        attempts: 1,
        recipient_role: null,
        recipient_domain: null,
        created_at,
        leased: true,
        due: true,
      },
      {
        delivery_id: queued.deliveryId,
        status: 'queued',
        worker: null,
        attempts: 0,
        recipient_role: 'subscriber',
        recipient_domain: 'example.org',
        created_at,
        leased: null,
        due: true,
      },
    ]);
    expect(await count('events')).toBe(2);
  });

  it('stores all or nothing', async () => {
    const once = newEvent(1, { deliveries: [webhook()] });
    await expect(append(newEvent(1, { deliveries: [webhook()] }), once, once)).rejects.toMatchObject({
      code: '23505',
    });
    await expect(
      events.append(accounts, leaseOf(), () => {
        throw new Error('the plan fails');
      }),
    ).rejects.toThrow('the plan fails');
    expect([await count('events'), await count('deliveries')]).toEqual([0, 0]);
  });

  it('plans by the accounts and settings of that moment, and by what is queued', async () => {
    const settings = new PostgresSettingsStore(database.database);
    await settings.replace(
      {
        accountId: 1,
        webhookUrl: 'https://a.example/',
        events: { run_failed: { send_webhook: true, email_subscribers: ['x@a.example'] } },
      },
      1,
      audit(),
    );
    const look = async (): Promise<IntakeSnapshot> => {
      let seen: IntakeSnapshot | undefined;
      await events.append([1, 2, 404], leaseOf(), (snapshot) => ((seen = snapshot), []));
      return seen!;
    };
    const empty = await look();
    expect([...empty.accounts.keys()].sort()).toEqual([1, 2]);
    expect(empty.accounts.get(1)).toEqual({
      account: account(1),
      settings: {
        accountId: 1,
        webhookUrl: 'https://a.example/',
        events: { run_failed: { send_webhook: true, email_subscribers: ['x@a.example'] } },
      },
    });
    expect([empty.accountsWithQueuedWebhooks.size, empty.mailsAreQueued]).toEqual([0, false]);

    await append(newEvent(2, { deliveries: [webhook(), mail('later.example')] }));
    await database.query(
      `UPDATE deliveries SET put_off = true, next_attempt_at = now() + interval '1 hour' WHERE channel = 'email'`,
    );
    const queued = await look();
    expect([[...queued.accountsWithQueuedWebhooks], queued.mailsAreQueued]).toEqual([[2], false]);
    await database.query('UPDATE deliveries SET put_off = false, next_attempt_at = now()');
    expect((await look()).mailsAreQueued).toBe(true);
  });

  it('does not change a byte of a payload: order of keys, doubles, numbers, escapes and spaces', async () => {
    const payloads = [
      '{"z":1,"a":2,"z":3}',
      '{"big":9007199254740993123456789,"small":1e-400,"zero":-0.0}',
      '{ "spaces" :  [ 1 , 2 ] }',
      '{"text":"\\u0000 \\ud83d\\ude00 😀 \\"quoted\\" \\\\ {braces}, NULL"}',
    ];
    for (const payload of payloads) {
      const event = newEvent(1, { payload });
      await append(event);
      expect((await events.find(1, event.event.eventId))!.payload).toBe(payload);
    }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.json(), { maxLength: 5 }), async (texts) => {
        const batch = texts.map((payload) => newEvent(1, { payload }));
        await append(...batch);
        for (const { event } of batch)
          expect((await events.find(1, event.eventId))!.payload).toBe(event.payload);
      }),
      { numRuns: 30 },
    );
  });
});

describe('events', () => {
  it('are found with their deliveries, of their own account alone', async () => {
    const event = newEvent(1, { deliveries: [webhook(), mail()] });
    await append(event);
    const { payload, ...summary } = event.event;
    const found = await events.find(1, event.event.eventId);
    expect(found).toMatchObject({ ...summary, payload });
    expect(found!.deliveries.map((delivery) => delivery.deliveryId)).toEqual(
      event.deliveries.map((each) => each.deliveryId),
    );
    expect(await events.find(2, event.event.eventId)).toBeNull();
  });

  it('are listed newest first, by type and by time, the start included and the end not', async () => {
    const at = (hour: number) => new Date(Date.UTC(2026, 10, 24, hour));
    const batch = [9, 10, 11, 12].map((hour) =>
      newEvent(1, { acceptedAt: at(hour), eventType: hour === 11 ? 'tenant_created' : 'run_failed' }),
    );
    await append(...batch, newEvent(2));
    const hours = async (filter: Parameters<typeof events.list>[1], before?: string) =>
      (await events.list(1, filter, 10, before)).items.map((event) => event.acceptedAt.getUTCHours());
    expect(await hours({})).toEqual([12, 11, 10, 9]);
    expect(await hours({ eventType: 'run_failed' })).toEqual([12, 10, 9]);
    expect(await hours({ from: at(10), to: at(12) })).toEqual([11, 10]);
    expect(await hours({}, batch[2]!.event.eventId)).toEqual([10, 9]);
    expect(await hours({ from: at(10), eventType: 'run_failed' }, batch[3]!.event.eventId)).toEqual([10]);
  });
});
