/**
 * What statements read of an account that has much of everything: no more than they are asked for. Until the server has
 * gathered statistics, on the first day of a database, its planner takes every index that begins with the account for as
 * good as its key.
 */
import type { ClaimedDelivery, Erasure, RedeliveryAllowances } from '@belfry/application';
import { v7 } from 'uuid';
import { PostgresErasures } from '../erasure/erasures.js';
import { PostgresDeliveryQueue } from '../queue/delivery-queue.js';
import { capacity, outcome } from '../queue/queue.fixture.js';
import { PostgresQueuedWebhooks } from '../queue/queued-webhooks.js';
import { PostgresAccountStore } from '../stores/account-store.js';
import { audit } from '../stores/audit-entry.fixture.js';
import { PostgresChangePreview } from '../stores/change-preview.js';
import { PostgresDeliveryLog } from '../stores/delivery-log.js';
import { PostgresEventStore } from '../stores/event-store.js';
import { account, leaseOf, newEvent } from '../stores/events.fixture.js';
import { settleKeys } from '../stores/idempotency.js';
import { lookedAtOnce, PostgresRedeliveries } from '../stores/redeliveries.js';
import { PostgresRetention } from '../stores/retention.js';
import { createTestDatabase, type TestDatabase } from './database.fixture.js';
import { ExplainedDatabase } from './explained-database.fixture.js';

jest.setTimeout(60_000);

const many = 6_000;
/** Of the account's `many` deliveries, and of its events. */
const id = (number: number) => `01920000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
const idInSql = `('01920000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid`;
const worker = v7();
const soon = () => new Date(Date.now() + 60_000);

describe.each(['without statistics', 'with statistics'])('%s', (statistics) => {
  let database: TestDatabase;
  let explained: ExplainedDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    explained = new ExplainedDatabase(database.dataSource);
    for (const { name } of await database.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()`,
    ))
      await database.query(`ALTER TABLE ${name} SET (autovacuum_enabled = false)`);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.query(
      'TRUNCATE accounts, events, deliveries, attempts, idempotency_keys, erasures CASCADE',
    );
    await new PostgresAccountStore(database.database).put(account(1), audit);
    await database.query(
      `UPDATE notification_settings SET webhook_url = 'https://hooks.example.com/',
         events = '{"run_failed": {"send_webhook": true, "email_subscribers": ["ops@example.com"]}}'`,
    );
  });

  /** Gives the account as many deliveries in this state, each with its event, its key and an attempt. */
  async function fill(status: string, channel: 'webhook' | 'email' = 'webhook'): Promise<void> {
    const numbers = `FROM generate_series(1, ${many}) AS number`;
    await database.query(
      `INSERT INTO events SELECT 1, ${idInSql}, 'run_failed', 'production', '{}', now() - interval '1 day' ${numbers}`,
    );
    await database.query(
      `INSERT INTO idempotency_keys SELECT 0, number::text, '\\x00', ${idInSql}, 1, now() ${numbers}`,
    );
    await database.query(
      `INSERT INTO attempts (account_id, delivery_id, attempt_id, started_at, duration_ms, outcome, request_headers)
       SELECT 1, ${idInSql}, gen_random_uuid(), now(), 1, 'failed', '{}' ${numbers}`,
    );
    await database.query(
      `INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, recipient_role,
         recipient_domain, status, attempts, worker, lease_expires_at, next_attempt_at, created_at, finished_at)
       SELECT 1, ${idInSql}, ${idInSql}, 'run_failed', $2, 'ops@example.com',
         CASE $2 WHEN 'email' THEN 'subscriber' END, CASE $2 WHEN 'email' THEN 'example.com' END, $1, 1,
         CASE $1 WHEN 'sending' THEN $3::uuid END, CASE $1 WHEN 'sending' THEN now() END, now(), now(),
         CASE WHEN $1 NOT IN ('queued', 'sending') THEN now() END ${numbers}`,
      [status, channel, worker],
    );
    if (statistics === 'with statistics') await database.query('ANALYZE');
    explained.takeScans();
  }

  /** Does it, and expects that no part of a plan read more rows than this. */
  async function expectRead<Answer>(most: number, work: Promise<Answer>): Promise<Answer> {
    const answer = await work;
    const scans = explained.takeScans();
    expect(scans.length).toBeGreaterThan(0);
    expect(scans.filter(({ rows }) => rows > most)).toEqual([]);
    return answer;
  }

  const claimed = (count: number): ClaimedDelivery[] =>
    Array.from({ length: count }, (_none, index) => ({
      accountId: 1,
      deliveryId: id(index + 1),
      eventId: id(index + 1),
      eventType: 'run_failed',
      channel: 'webhook',
      destination: 'https://hooks.example.com/',
      recipientRole: null,
      payload: '{}',
      attempt: 1,
      createdAt: new Date(),
    }));

  it('a bulk redelivery reads what it looks at, and a single one its own delivery', async () => {
    await fill('failed');
    const redeliveries = new PostgresRedeliveries(explained);
    const allowances: RedeliveryAllowances = {
      webhook: { purpose: 'webhook redeliveries', limit: many, seconds: 3_600 },
      email: { purpose: 'mail redeliveries', limit: many, seconds: 3_600 },
    };
    await expectRead(1, redeliveries.redeliver(1, id(many), v7(), allowances, audit()));
    const newIds = () => Array.from({ length: 500 }, () => v7());
    const bulk = (after: string | null) =>
      expectRead(
        lookedAtOnce,
        redeliveries.redeliverMatching(1, { status: 'failed' }, newIds(), after, allowances, audit),
      );
    const { next } = await bulk(null);
    expect(next).toBe(id(500));
    expect(await bulk(next)).toMatchObject({ queued: 500, next: id(1_000) });
    const preview = new PostgresChangePreview(explained).redeliveries(1, { status: 'failed' });
    expect(await expectRead(many, preview)).toBe(many - 1_001);
    // Now it goes past those that were redelivered.
    expect(await bulk(null)).toMatchObject({ queued: 500, next: id(1_500) });
  });

  it('a batch of retention reads the deliveries of the events that it deletes', async () => {
    await fill('succeeded');
    const batch = new PostgresRetention(explained).deleteEvents(new Date(), 1_000, 0);
    expect((await expectRead(1_000, batch)).deleted).toBe(1_000);
  });

  it("each step of an account's erasure reads the rows that it deletes, or the keys that it looks at", async () => {
    await fill('failed');
    const erasures = new PostgresErasures(explained);
    const work = erasures.work((await erasures.beginAccount(1, audit()))!);
    explained.takeScans();
    while ((await expectRead(5_000, work.step())) !== 'done');
    expect(await database.query('SELECT FROM deliveries')).toEqual([]);
    expect(await database.query('SELECT FROM idempotency_keys')).toEqual([]);
  });

  it.each(['queued', 'failed'])(
    "a step of a recipient's erasure reads the %s rows of that step",
    async (status) => {
      await fill(status, 'email');
      const erasures = new PostgresErasures(explained);
      const work = erasures.work((await erasures.beginRecipient(1, 'ops@example.com', audit())) as Erasure);
      explained.takeScans();
      while ((await expectRead(5_000, work.step())) !== 'done');
      expect(await database.query(`SELECT FROM deliveries WHERE destination = 'ops@example.com'`)).toEqual(
        [],
      );
    },
  );

  it('a claim reads what it claims, and so do giving back and interrupting', async () => {
    await fill('queued');
    const queue = new PostgresDeliveryQueue(explained);
    const lease = leaseOf();
    const { deliveries } = await expectRead(500, queue.claim('webhook', lease, capacity(500)));
    expect(deliveries).toHaveLength(500);
    await expectRead(500, queue.release(lease, deliveries));
    const interruption = { createdBefore: soon(), after: { accountId: 0, deliveryId: id(0) }, limit: 1_000 };
    await expectRead(
      1_000,
      new PostgresQueuedWebhooks(explained).interrupt({ ...interruption, interruption: v7() }, audit),
    );
  });

  it('a claim of mails reads what it claims, and the end of pauses those that are over', async () => {
    await fill('queued', 'email');
    const queue = new PostgresDeliveryQueue(explained);
    const { deliveries } = await expectRead(500, queue.claim('email', leaseOf(), capacity(500)));
    expect(deliveries).toHaveLength(500);
    await database.query(`UPDATE deliveries SET put_off = true WHERE status = 'queued'`);
    expect(await expectRead(1_000, queue.endPauses())).toBe(1_000);
  });

  it('leases are renewed, outcomes recorded, and recorded ones found, by their deliveries alone', async () => {
    await fill('sending');
    const queue = new PostgresDeliveryQueue(explained);
    const lease = leaseOf(worker);
    const outcomes = claimed(500).map((delivery) => outcome(delivery, { status: 'succeeded' }));
    await expectRead(500, queue.renew(lease, claimed(500)));
    expect(await expectRead(500, queue.record(lease, outcomes))).toEqual([]);
    expect(await expectRead(500, queue.record(lease, outcomes))).toEqual([]);
  });

  it('a sweep reads the leases that it ends, and so does interrupting what is being sent', async () => {
    await fill('sending');
    expect((await expectRead(1_000, new PostgresDeliveryQueue(explained).sweep())).interrupted).toHaveLength(
      1_000,
    );
    const queued = new PostgresQueuedWebhooks(explained);
    expect(
      await expectRead(1_000, queued.interruptSending({ createdBefore: soon(), limit: 1_000 }, audit)),
    ).toHaveLength(1_000);
  });

  it('an event, a delivery, and a list of either read what they show', async () => {
    await fill('failed');
    const log = new PostgresDeliveryLog(explained);
    expect(await expectRead(1, log.find(1, id(7)))).not.toBeNull();
    expect((await expectRead(1, log.list(1, { eventId: id(7) }, 50))).items).toHaveLength(1);
    expect((await expectRead(51, log.list(1, { status: 'failed' }, 50))).items).toHaveLength(50);
    expect(
      (await expectRead(50, log.list(1, { deliveryIds: claimed(50).map((one) => one.deliveryId) }, 50)))
        .items,
    ).toHaveLength(50);
    const events = new PostgresEventStore(explained);
    expect((await expectRead(1, events.find(1, id(7))))!.deliveries).toHaveLength(1);
  });

  it('the idempotency keys of a batch are read one by one', async () => {
    await fill('failed');
    const batch = Array.from({ length: 500 }, (_none, index) =>
      newEvent(1, { idempotency: { scope: 0, key: `${index + 1}`, inputHash: Buffer.of(0) } }),
    );
    const settled = await expectRead(
      500,
      explained.transaction((run) => settleKeys(run, batch)),
    );
    expect(settled.filter(({ outcome: what }) => what === 'repeated')).toHaveLength(500);
  });
});
