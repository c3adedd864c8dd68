import {
  Erase,
  SystemClock,
  type ActivityLog,
  type ApiKeys,
  type ErasureStep,
  type ErasureWork,
  type Principal,
} from '@belfry/application';
import { v7 } from 'uuid';
import type { TestDatabase } from '../database/database.fixture.js';
import { capacity, createTestQueue, outcome, rowOf, type TestQueue } from '../queue/queue.fixture.js';
import { PostgresAccountStore } from '../stores/account-store.js';
import { audit } from '../stores/audit-entry.fixture.js';
import { PostgresAuditLog } from '../stores/audit-log.js';
import { PostgresDeliveryLog } from '../stores/delivery-log.js';
import { account, leaseOf, mail, newEvent, webhook } from '../stores/events.fixture.js';
import { PostgresErasures } from './erasures.js';

const operator: Principal = { kind: 'operator', id: 'cli', accountId: null, scopes: new Set() };
const troubles: unknown[] = [];

let given: TestQueue;
let database: TestDatabase;
let erasures: PostgresErasures;
let erase: Erase;
let accounts: PostgresAccountStore;
const forgotten: number[] = [];

beforeAll(async () => {
  given = await createTestQueue();
  ({ database } = given);
  erasures = new PostgresErasures(database.database);
  accounts = new PostgresAccountStore(database.database);
  erase = another();
});
afterAll(() => database.drop());
afterEach(() => expect(troubles.splice(0)).toEqual([]));

function another(): Erase {
  return new Erase(
    erasures,
    { forgetAccount: (id: number) => forgotten.push(id) } as unknown as ApiKeys,
    new SystemClock(),
    { failed: (_doing: string, error: unknown) => troubles.push(error) } as unknown as ActivityLog,
  );
}

/** Rows of an account in every table that has accounts, by table. */
async function rowsOf(accountId: number): Promise<Record<string, number>> {
  const tables = await database.query<{ table_name: string }>(
    `SELECT table_name FROM information_schema.columns
     WHERE column_name = 'account_id' AND table_schema = 'belfry' ORDER BY 1`,
  );
  const counts: Record<string, number> = {};
  for (const { table_name } of tables) {
    const [row] = await database.query<{ count: number }>(
      `SELECT count(*)::integer FROM ${table_name} WHERE account_id = $1`,
      [accountId],
    );
    if (row!.count > 0) counts[table_name] = row!.count;
  }
  return counts;
}

/** Stores something of every kind for an account; some of it finished, some being sent, some queued. */
async function fill(accountId: number): Promise<void> {
  const lease = leaseOf();
  const events = Array.from({ length: 30 }, () => ({
    ...newEvent(accountId, { deliveries: [webhook(), mail()] }),
    idempotency: { scope: 7, key: v7(), inputHash: Buffer.from('x') },
  }));
  await given.events.append([accountId], lease, () => events);
  const { deliveries } = await given.queue.claim('webhook', lease, capacity(10), accountId - 1);
  await given.queue.record(
    lease,
    deliveries.slice(0, 5).map((delivery) => outcome(delivery, { status: 'succeeded' })),
  );
  await database.query(
    `INSERT INTO api_keys (key_id, account_id, name, key_hash, scopes, created_at)
     VALUES (gen_random_uuid(), $1, 'k', sha256($2::bytea), '{}', now())`,
    [accountId, `key ${accountId}`],
  );
  await database.query(
    `INSERT INTO portal_links (account_id, link_hash, scopes, expires_at) VALUES ($1, sha256($2::bytea), '{}', now())`,
    [accountId, `link ${accountId}`],
  );
  await database.query(
    `INSERT INTO portal_sessions (account_id, session_id, session_hash, scopes, created_at, expires_at)
     VALUES ($1, gen_random_uuid(), sha256($2::bytea), '{}', now(), now())`,
    [accountId, `session ${accountId}`],
  );
  await database.query(
    `UPDATE audit_log SET changes = '[{"pointer": "/primary_contact/email", "after": "pat@acme.example.com"}]'
     WHERE account_id = $1`,
    [accountId],
  );
}

describe('an account that is erased', () => {
  it('is gone from every table but the audit log, which says what was done and when, of nobody', async () => {
    await fill(1);
    expect(Object.keys(await rowsOf(1)).sort()).toEqual([
      'accounts',
      'api_keys',
      'attempts',
      'audit_log',
      'deliveries',
      'delivery_statistics',
      'events',
      'notification_settings',
      'portal_links',
      'portal_sessions',
    ]);
    const of2 = await rowsOf(2);
    expect(await erase.account(1, operator, Infinity)).toBe(true);
    expect(await rowsOf(1)).toEqual({ audit_log: 2 });
    expect(await rowsOf(2)).toEqual(of2);
    expect(forgotten).toEqual([1]);
    const kept = await database.query<{ action: string; changes: unknown; at: Date }>(
      'SELECT action, changes, at FROM audit_log WHERE account_id = 1 ORDER BY entry_id',
    );
    expect(kept).toMatchObject([
      { action: 'account.created', changes: [], at: expect.any(Date) as Date },
      { action: 'account.erased', changes: [] },
    ]);
    expect(await database.query('SELECT FROM idempotency_keys WHERE scope = 7')).toEqual([]);
    expect(await erase.account(1, operator)).toBe(false);
  });

  it('may be made anew, and sees nothing old', async () => {
    await fill(2);
    await erase.account(2, operator, Infinity);
    await accounts.put(account(2), audit);
    expect((await new PostgresDeliveryLog(database.database).list(2, {}, 10)).items).toEqual([]);
    expect((await new PostgresAuditLog(database.database).list(2, 10)).items).toHaveLength(1);
    expect(Object.keys(await rowsOf(2)).sort()).toEqual(['accounts', 'audit_log', 'notification_settings']);
  });

  it('cannot be made anew while something of it is left; nothing of it is claimed, and what ends under way ends quietly', async () => {
    await fill(3);
    const lease = leaseOf();
    const { deliveries } = await given.queue.claim('webhook', lease, capacity(1), 2);
    expect(deliveries).toHaveLength(1);
    await erasures.beginAccount(3, audit());
    await expect(accounts.put(account(3), audit)).rejects.toThrow('being erased');
    const { deliveries: mails } = await given.queue.claim('email', lease, capacity(100));
    expect(mails.filter(({ accountId }) => accountId === 3)).toEqual([]);
    const webhooks = await given.queue.claim('webhook', lease, capacity(100), 2);
    expect(webhooks.deliveries.filter(({ accountId }) => accountId === 3)).toEqual([]);
    await given.queue.release(lease, [...mails, ...webhooks.deliveries]);
    const taken = another();
    await database.query(`UPDATE erasures SET held_until = now() - interval '1 second'`);
    taken.run();
    expect(await taken.untilGone(3, 30_000)).toBe(true);
    await taken.stop();
    expect(await rowsOf(3)).toEqual({ audit_log: 2 });
    expect(await given.queue.record(lease, [outcome(deliveries[0]!, { status: 'succeeded' })])).toEqual([]);
    expect(await rowsOf(3)).toEqual({ audit_log: 2 });
  });

  it('takes with it what a publisher stores who read the account before', async () => {
    const eventId = v7();
    const late = await database.openAnother();
    let work: ErasureWork | undefined;
    await late.transaction(async (run) => {
      // The plan is made when the account was read, and before anything is stored.
      await run('SELECT FROM accounts WHERE account_id = 4', []);
      work = erasures.work((await erasures.beginAccount(4, audit()))!);
      let step: ErasureStep;
      do step = await work.step();
      while (step === 'more');
      expect(step).toBe('waiting');
      await run(`INSERT INTO events VALUES (4, $1, 'run_failed', 'production', '{}', now())`, [eventId]);
      await run(
        `INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, status,
           next_attempt_at, created_at)
         VALUES (4, $1, $2, 'run_failed', 'webhook', 'https://hooks.example.com/', 'queued', now(), now())`,
        [v7(), eventId],
      );
    });
    expect(Object.keys(await rowsOf(4))).toContain('events');
    while ((await work!.step()) !== 'done');
    expect(await rowsOf(4)).toEqual({ audit_log: 2 });
  });

  it('is erased to the end by another process where one was killed, and by one whose steps others take too', async () => {
    await fill(5);
    const erasure = (await erasures.beginAccount(5, audit()))!;
    const killed = erasures.work(erasure);
    for (let step = 0; step < 4; step += 1) await killed.step();
    await database.query(`UPDATE erasures SET held_until = now() - interval '1 second'`);
    const [one, other] = [another(), another()];
    one.run();
    other.run();
    expect(await one.untilGone(5, 30_000)).toBe(true);
    await Promise.all([one.stop(), other.stop()]);
    expect(await rowsOf(5)).toEqual({ audit_log: 2 });
    // Whoever wakes late takes nothing from an account that was made since.
    await accounts.put(account(5), audit);
    await fill(5);
    const before = await rowsOf(5);
    for (let step = 0; step < 12; step += 1) await killed.step();
    expect(await rowsOf(5)).toEqual(before);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a person who is erased', () => {
  const ada = 'Ada@people.example';

  it('is on no list, in no delivery, attempt or audit entry; others stay', async () => {
    await database.query(
      `UPDATE notification_settings SET webhook_url = 'https://hooks.example.com/', events = $1::jsonb WHERE account_id = 6`,
      [
        {
          run_failed: { send_webhook: true, email_subscribers: ['ada@people.example', 'bob@people.example'] },
        },
      ],
    );
    const [sentId, queuedId, sendingId] = await mailsTo('ada@people.example', 3);
    const [bobsId] = await mailsTo('bob@people.example', 1);
    const lease = leaseOf();
    const { deliveries: claimed } = await given.queue.claim('email', lease, capacity(100));
    const of = (id: string) => claimed.find(({ deliveryId }) => deliveryId === id)!;
    await given.queue.record(
      lease,
      [sentId!, bobsId!].map((id) => outcome(of(id), { status: 'succeeded' })),
    );
    await database.query(
      `UPDATE attempts SET detail = 'Ada@people.example: mailbox full' WHERE delivery_id = $1`,
      [sentId],
    );
    await given.queue.release(
      lease,
      claimed.filter(({ deliveryId }) => ![sentId, bobsId, sendingId].includes(deliveryId)),
    );
    await database.query(
      `UPDATE audit_log SET changes = '[{"pointer": "/e", "before": null, "after": ["ada@people.example", "bob@people.example"]}]'
       WHERE account_id = 6`,
    );

    const erasing = erase.recipient(6, ada, operator, Infinity);
    await until(async () => (await rowOf(database, queuedId!)).status === 'failed');
    await given.queue.record(lease, [outcome(of(sendingId!), { status: 'queued', retryInMs: 0 })]);
    expect(await erasing).toEqual({ status: 'erased' });

    for (const table of ['deliveries', 'attempts', 'audit_log', 'notification_settings', 'erasures']) {
      const rows = await database.query(
        `SELECT to_json(t)::text AS row FROM ${table} AS t WHERE account_id = 6`,
      );
      expect({ table, found: /ada@/i.test(JSON.stringify(rows)) }).toEqual({ table, found: false });
    }
    expect(await rowOf(database, sentId!)).toMatchObject({ status: 'succeeded' });
    expect(await rowOf(database, queuedId!)).toMatchObject({ status: 'failed', reason: 'turned_off' });
    expect(await rowOf(database, sendingId!)).toMatchObject({ status: 'failed', reason: 'turned_off' });
    const log = new PostgresDeliveryLog(database.database);
    expect(await log.find(6, bobsId!)).toMatchObject({
      destination: 'bob@people.example',
      status: 'succeeded',
    });
    expect(await log.find(6, sentId!)).toMatchObject({
      destination: '(erased)',
      attempts: [{ request: { body: '(erased)', headers: {} }, response: { body: '(erased)' } }],
    });
    expect(
      await database.query('SELECT events, version FROM notification_settings WHERE account_id = 6'),
    ).toEqual([
      {
        events: { run_failed: { send_webhook: true, email_subscribers: ['bob@people.example'] } },
        version: 2,
      },
    ]);
    expect((await new PostgresAuditLog(database.database).list(6, 10)).items).toMatchObject([
      { action: 'recipient.erased', changes: [] },
      { changes: [{ after: ['(erased)', 'bob@people.example'] }] },
    ]);
  });

  it('who is the primary contact is refused, and nothing is changed', async () => {
    const contact = account(7).primaryContact.email;
    const before = await rowsOf(7);
    expect(await erase.recipient(7, contact.toUpperCase(), operator)).toEqual({
      status: 'primary_contact',
    });
    expect(await rowsOf(7)).toEqual(before);
  });

  it('of an account that does not exist is not found', async () => {
    expect(await erase.recipient(404, ada, operator)).toEqual({ status: 'unknown_account' });
  });

  /** Queues mails to an address for account 6. */
  async function mailsTo(address: string, count: number): Promise<string[]> {
    const events = Array.from({ length: count }, () =>
      newEvent(6, { deliveries: [{ ...mail('people.example'), destination: address }] }),
    );
    await given.events.append([6], leaseOf(), () => events);
    return events.map(({ deliveries: [delivery] }) => delivery!.deliveryId);
  }
});
