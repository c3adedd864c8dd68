import {
  StorageUnavailable,
  type IdempotencyClaim,
  type IntakeSnapshot,
  type NewEvent,
} from '@belfry/application';
import fc from 'fast-check';
import { createHash, randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresAccountStore } from './account-store.js';
import { PostgresEventStore } from './event-store.js';
import { account, claimOf, mail, newEvent, webhook } from './events.fixture.js';
import { PostgresSettingsStore } from './settings-store.js';

let database: TestDatabase;
let events: PostgresEventStore;
let settings: PostgresSettingsStore;
const accounts = [1, 2];

beforeAll(async () => {
  database = await createTestDatabase();
  events = new PostgresEventStore(database.database);
  settings = new PostgresSettingsStore(database.database);
});
beforeEach(async () => {
  await database.query('TRUNCATE accounts, idempotency_keys CASCADE');
  const store = new PostgresAccountStore(database.database);
  for (const id of accounts) await store.put(account(id));
});
afterAll(() => database.drop());

const append = (...batch: NewEvent[]) => events.append(accounts, claimOf(), () => batch);
const count = async (table: string) =>
  (await database.query<{ count: string }>(`SELECT count(*) FROM ${table}`)).map((row) =>
    Number(row.count),
  )[0];
const key = (name: string, input = 'input', scope = 0): IdempotencyClaim => ({
  scope,
  key: name,
  inputHash: createHash('sha256').update(input).digest(),
});

describe('appending a batch', () => {
  it('stores every event with its deliveries, as claimed by the worker or queued', async () => {
    const claimed = webhook({ claimed: true });
    const queued = mail('example.org');
    const event = newEvent(1, { deliveries: [claimed, queued] });
    const claim = claimOf();
    expect(await events.append(accounts, claim, () => [event, newEvent(2)])).toEqual([
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
        worker: claim.worker,
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
    const unknownAccount = newEvent(404);
    await expect(append(newEvent(1, { deliveries: [webhook()] }), unknownAccount)).rejects.toMatchObject({
      code: '23503',
    });
    await expect(
      events.append(accounts, claimOf(), () => {
        throw new Error('the plan fails');
      }),
    ).rejects.toThrow('the plan fails');
    expect([await count('events'), await count('deliveries')]).toEqual([0, 0]);
  });

  it('plans by the accounts and settings of that moment, and by what is queued', async () => {
    await settings.replace(
      {
        accountId: 1,
        webhookUrl: 'https://a.example/',
        events: { run_failed: { sendWebhook: true, emailSubscribers: ['x@a.example'] } },
      },
      1,
    );
    const look = async (): Promise<IntakeSnapshot> => {
      let seen: IntakeSnapshot | undefined;
      await events.append([1, 2, 404], claimOf(), (snapshot) => ((seen = snapshot), []));
      return seen!;
    };
    const empty = await look();
    expect([...empty.accounts.keys()].sort()).toEqual([1, 2]);
    expect(empty.accounts.get(1)).toEqual({
      account: account(1),
      settings: {
        accountId: 1,
        webhookUrl: 'https://a.example/',
        events: { run_failed: { sendWebhook: true, emailSubscribers: ['x@a.example'] } },
      },
    });
    expect([empty.accountsWithQueuedWebhooks.size, empty.mailsAreQueued]).toEqual([0, false]);

    await append(newEvent(2, { deliveries: [webhook(), mail('later.example')] }));
    await database.query(
      `UPDATE deliveries SET next_attempt_at = now() + interval '1 hour' WHERE channel = 'email'`,
    );
    const queued = await look();
    expect([[...queued.accountsWithQueuedWebhooks], queued.mailsAreQueued]).toEqual([[2], false]);
    await database.query('UPDATE deliveries SET next_attempt_at = now()');
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
        return (index % 2 === 0 ? events : other).append(accounts, claimOf(), () => batch);
      }),
    );
    const stored = batches.flat().filter((appended) => appended.outcome === 'stored');
    expect(stored).toHaveLength(20);
    expect(batches.flat().filter((appended) => appended.outcome === 'repeated')).toHaveLength(140);
    expect(await count('events')).toBe(20);
  });
});

describe('a connection that is cut', () => {
  const cut = () =>
    database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );

  it('before the commit leaves nothing stored, and says so', async () => {
    const event = newEvent(1, { deliveries: [webhook()], idempotency: key('held') });
    // Another transaction holds the key, so that the batch waits in the middle of its own.
    await database.query('BEGIN');
    await database.query(`INSERT INTO idempotency_keys VALUES (0, 'held', '\\x00', $1, 0, now())`, [
      randomUUID(),
    ]);
    const appending = expect(append(event)).rejects.toBeInstanceOf(StorageUnavailable);
    while (
      (
        await database.query(
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        )
      ).length === 0
    );
    await cut();
    await database.query('ROLLBACK');
    await appending;
    expect(await count('events')).toBe(0);
    await database.query('SELECT pg_sleep(0.2)');
    expect(await append(event)).toEqual([{ outcome: 'stored' }]);
  });

  it('in the middle of the commit is answered by what became of it: stored, where it was', async () => {
    // A deferred trigger makes the commit slow; the server finishes it although the client is gone.
    await database.query(
      `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END'`,
    );
    await database.query(
      `CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()`,
    );
    try {
      const event = newEvent(1, { deliveries: [webhook()] });
      const appending = append(event);
      while (
        (
          await database.query(
            `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`,
          )
        ).length === 0
      );
      for (const { connection } of openClients()) connection.stream.destroy();
      expect(await appending).toEqual([{ outcome: 'stored' }]);
      expect(await count('deliveries')).toBe(1);
    } finally {
      await database.query('DROP TRIGGER slow ON events');
    }
  });

  it('in the middle of the commit is answered by what became of it: not stored, where the server ended it', async () => {
    await database.query(
      `CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NULL; END'`,
    );
    await database.query(
      `CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()`,
    );
    try {
      const appending = expect(append(newEvent(1))).rejects.toBeInstanceOf(StorageUnavailable);
      while (
        (
          await database.query(
            `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`,
          )
        ).length === 0
      );
      await cut();
      await appending;
      expect(await count('events')).toBe(0);
    } finally {
      await database.query('DROP TRIGGER slow ON events');
    }
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
      (await events.list(1, filter, 10, before)).map((event) => event.acceptedAt.getUTCHours());
    expect(await hours({})).toEqual([12, 11, 10, 9]);
    expect(await hours({ eventType: 'run_failed' })).toEqual([12, 10, 9]);
    expect(await hours({ from: at(10), to: at(12) })).toEqual([11, 10]);
    expect(await hours({}, batch[2]!.event.eventId)).toEqual([10, 9]);
    expect(await hours({ from: at(10), eventType: 'run_failed' }, batch[3]!.event.eventId)).toEqual([10]);
  });
});

/** The driver's own connections, to cut them from this side. */
function openClients(): { connection: { stream: { destroy(): void } } }[] {
  const { master } = database.dataSource.driver as unknown as {
    master: { _clients: { connection: { stream: { destroy(): void } } }[] };
  };
  return [...master._clients];
}
