import { MailServer } from '@belfry/kit/mail-server';
import { Endpoint, receive } from '@belfry/kit/endpoint';
import { waitFor } from '@belfry/kit/waiting';
import { createEmptyDatabase, emptyDatabase } from '@belfry/kit/databases';
import {
  DeliveryStatistics,
  Dispatcher,
  ManageSettings,
  PublishEvent,
  Redeliver,
  RetentionSweep,
  StorageUnavailable,
  SendTestWebhook,
} from '@belfry/application';
import type { INestApplicationContext } from '@nestjs/common';
import { Pool } from 'pg';
import { makeAccount, operator, publishRun, runFailed, startBelfry, stopBelfry } from './belfry.fixture.js';

let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let pool: Pool;
let endpoint: Endpoint;
let mailServer: MailServer;
let running: INestApplicationContext[];

beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database?.drop());
beforeEach(async () => {
  running = [];
  [endpoint, mailServer] = await Promise.all([Endpoint.start(), MailServer.start()]);
  pool = new Pool({ connectionString: database.url, max: 2 });
  // Tests cut its connections, which is no fault.
  pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
});
afterEach(async () => {
  await Promise.all(running.map(stopBelfry));
  await pool.end();
  await Promise.all([endpoint.stop(), mailServer.stop()]);
  await emptyDatabase(database.url);
});

async function start(environment: Record<string, string> = {}): Promise<INestApplicationContext> {
  const { SMTP_URL = mailServer.url } = environment;
  const belfry = await startBelfry({ DATABASE_URL: database.url, ...environment, SMTP_URL });
  running.push(belfry);
  return belfry;
}

/** How many deliveries there are in each state, of one channel. */
async function counts(channel = 'webhook'): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ status: string; count: number }>(
    'SELECT status, count(*)::int AS count FROM deliveries WHERE channel = $1 GROUP BY status',
    [channel],
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

const runIds = () => endpoint.requests.map(({ body }) => (JSON.parse(body) as { run_id: number }).run_id);

it('an event taken while no worker runs is sent by the next one that does', async () => {
  const belfry = await start();
  await makeAccount(belfry, 42, endpoint.url());
  await publishRun(belfry, 42, 1);
  expect(await counts()).toEqual({ queued: 1 });
  belfry.get(Dispatcher).run();
  await waitFor(async () => (await counts())['succeeded'] === 1);
  expect(runIds()).toEqual([1]);
});

it('a claim of a dead worker ends as interrupted for a webhook, which is never sent again, and as sent for a mail', async () => {
  const belfry = await start();
  await makeAccount(belfry, 42, endpoint.url());
  await publishRun(belfry, 42, 1);
  // As a worker leaves it that claimed both and was killed: its lease has run out.
  await pool.query(`UPDATE deliveries SET status = 'sending', attempts = 1, worker = gen_random_uuid(),
    lease_expires_at = now() - interval '1 second', started_at = now()`);
  belfry.get(Dispatcher).run();
  await waitFor(async () => (await counts('email'))['succeeded'] === 1);
  expect(await counts()).toEqual({ interrupted: 1 });
  expect(mailServer.mails).toHaveLength(1);
  expect(endpoint.requests).toHaveLength(0);
});

it('the late outcome of the very claim that was marked interrupted still counts', async () => {
  let answer = () => {};
  endpoint.behaviour = (request, socket) => (answer = () => receive(request, socket));
  const belfry = await start();
  await makeAccount(belfry, 42, endpoint.url());
  belfry.get(Dispatcher).run();
  await publishRun(belfry, 42, 1);
  await waitFor(() => endpoint.requests.length === 1);
  await pool.query(`UPDATE deliveries SET status = 'interrupted', lease_expires_at = NULL, finished_at = now()
    WHERE channel = 'webhook'`);
  answer();
  await waitFor(async () => (await counts())['succeeded'] === 1);
  expect(endpoint.requests).toHaveLength(1);
});

it('an endpoint that hangs takes no more than the share of its account, and the others are served meanwhile', async () => {
  let [open, mostOpen] = [0, 0];
  const hanging = await Endpoint.start((_request, socket) => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    socket.once('close', () => (open -= 1));
  });
  try {
    const belfry = await start({
      WEBHOOK_TIMEOUT_MS: '700',
      WEBHOOKS_IN_FLIGHT: '10',
      WEBHOOKS_IN_FLIGHT_PER_ACCOUNT: '4',
    });
    await makeAccount(belfry, 1, hanging.url());
    await makeAccount(belfry, 2, endpoint.url());
    belfry.get(Dispatcher).run();
    await Promise.all(Array.from({ length: 16 }, (_, run) => publishRun(belfry, 1, run + 1)));
    await Promise.all(Array.from({ length: 20 }, (_, run) => publishRun(belfry, 2, run + 1)));
    await waitFor(() => endpoint.requests.length === 20);
    expect(open).toBeGreaterThan(0);
    await waitFor(async () => (await counts())['failed'] === 16);
    expect(hanging.requests).toHaveLength(16);
    expect(mostOpen).toBeLessThanOrEqual(4);
  } finally {
    await hanging.stop();
  }
});

it('webhooks of an account start in the order of acceptance, whether handed over or queued', async () => {
  const belfry = await start({ WEBHOOKS_IN_FLIGHT_PER_ACCOUNT: '1' });
  await makeAccount(belfry, 42, endpoint.url());
  for (let run = 1; run <= 20; run += 1) await publishRun(belfry, 42, run);
  belfry.get(Dispatcher).run();
  for (let run = 21; run <= 60; run += 1) await publishRun(belfry, 42, run);
  await waitFor(() => endpoint.requests.length === 60);
  expect(runIds()).toEqual(Array.from({ length: 60 }, (_, place) => place + 1));
});

it('a toggle turned off is off for the very next event', async () => {
  const belfry = await start();
  await makeAccount(belfry, 42, endpoint.url());
  belfry.get(Dispatcher).run();
  await publishRun(belfry, 42, 1);
  await belfry
    .get(ManageSettings)
    .change(42, { events: { run_failed: { send_webhook: false } } }, 'merge', operator);
  await publishRun(belfry, 42, 2);
  await waitFor(async () => (await counts('email'))['succeeded'] === 2);
  expect(runIds()).toEqual([1]);
});

describe('a queued webhook goes where the settings lead when it is started:', () => {
  const change = (belfry: INestApplicationContext, changes: unknown) =>
    belfry.get(ManageSettings).change(42, changes, 'merge', operator);
  const webhooks = async () =>
    (
      await pool.query(`SELECT status, reason, destination, attempts, finished_at IS NOT NULL AS finished
        FROM deliveries WHERE channel = 'webhook' ORDER BY delivery_id`)
    ).rows as unknown[];
  const turnedOff = { status: 'failed', reason: 'turned_off', attempts: 0, finished: true };

  it('to the URL that was set meanwhile', async () => {
    const belfry = await start();
    await makeAccount(belfry, 42, endpoint.url('/old'));
    await publishRun(belfry, 42, 1);
    await change(belfry, { webhook_url: endpoint.url('/new') });
    belfry.get(Dispatcher).run();
    await waitFor(async () => (await counts())['succeeded'] === 1);
    expect(endpoint.requests.map(({ head }) => head.split(' ')[1])).toEqual(['/new']);
    expect(await webhooks()).toMatchObject([{ status: 'succeeded', destination: endpoint.url('/new') }]);
  });

  it.each([
    ['the URL was cleared', { webhook_url: null }],
    ['its event type was turned off', { events: { run_failed: { send_webhook: false } } }],
  ])('nowhere where %s; it is sent by nobody, counted, and can be redelivered', async (_what, changes) => {
    const belfry = await start();
    await makeAccount(belfry, 42, endpoint.url());
    for (let run = 1; run <= 40; run += 1) await publishRun(belfry, 42, run);
    await change(belfry, changes);
    belfry.get(Dispatcher).run();
    await waitFor(async () => (await counts())['failed'] === 40);
    expect(await webhooks()).toEqual(
      Array.from({ length: 40 }, () => ({ ...turnedOff, destination: endpoint.url() })),
    );
    expect(endpoint.requests).toHaveLength(0);
    const counted = await belfry.get(DeliveryStatistics).since(42, new Date(Date.now() - 7_200_000));
    expect(counted.filter(({ channel }) => channel === 'webhook')).toMatchObject([
      { status: 'failed', count: 40, durationMs: null },
    ]);

    await change(belfry, {
      webhook_url: endpoint.url('/again'),
      events: { run_failed: { send_webhook: true } },
    });
    expect(await belfry.get(Redeliver).many(42, { status: 'failed' }, operator)).toMatchObject({
      redelivered: 40,
    });
    await waitFor(() => endpoint.requests.length === 40);
  });

  it('of several event types, those that are on still go out, in their order', async () => {
    const belfry = await start({ WEBHOOKS_IN_FLIGHT_PER_ACCOUNT: '1' });
    await makeAccount(belfry, 42, endpoint.url());
    await change(belfry, { events: { integration_created: { send_webhook: true } } });
    for (let run = 1; run <= 20; run += 1) {
      await publishRun(belfry, 42, run);
      await belfry.get(PublishEvent).publish(
        {
          event_type: 'integration_created',
          environment: 'production',
          account_id: 42,
          data: { integration_id: run, integration_name: 'CRM sync' },
        },
        { id: 'test', accountId: null },
      );
    }
    await change(belfry, { events: { integration_created: { send_webhook: false } } });
    belfry.get(Dispatcher).run();
    await waitFor(async () => {
      const { failed, succeeded } = await counts();
      return failed === 20 && succeeded === 20;
    });
    expect(runIds()).toEqual(Array.from({ length: 20 }, (_, place) => place + 1));
  });

  it('a redelivery was asked for by a person: it goes out although the event type is off', async () => {
    const belfry = await start();
    await makeAccount(belfry, 42, endpoint.url());
    await publishRun(belfry, 42, 1);
    await change(belfry, { events: { run_failed: { send_webhook: false } } });
    belfry.get(Dispatcher).run();
    await waitFor(async () => (await counts())['failed'] === 1);
    await belfry.get(Redeliver).many(42, { status: 'failed' }, operator);
    await waitFor(() => endpoint.requests.length === 1);
  });

  it('a redelivery whose URL was cleared before it started is turned off too', async () => {
    const belfry = await start();
    await makeAccount(belfry, 42, endpoint.url());
    await publishRun(belfry, 42, 1);
    await pool.query(`UPDATE deliveries SET status = 'failed', reason = 'timeout', finished_at = now()`);
    await belfry.get(Redeliver).many(42, { status: 'failed', channel: 'webhook' }, operator);
    await change(belfry, { webhook_url: null });
    belfry.get(Dispatcher).run();
    await waitFor(async () => (await counts())['queued'] === undefined);
    expect(await webhooks()).toMatchObject([{ reason: 'timeout' }, turnedOff]);
    expect(endpoint.requests).toHaveLength(0);
  });
});

it('an orderly stop finishes what is in flight, starts nothing more and leaves nothing under way', async () => {
  endpoint.behaviour = (request, socket) => setTimeout(() => receive(request, socket), 300);
  const belfry = await start({ WEBHOOKS_IN_FLIGHT_PER_ACCOUNT: '3' });
  await makeAccount(belfry, 42, endpoint.url());
  belfry.get(Dispatcher).run();
  await Promise.all(Array.from({ length: 10 }, (_, run) => publishRun(belfry, 42, run + 1)));
  await waitFor(() => endpoint.requests.length >= 3);
  await belfry.get(Dispatcher).stop();
  const { sending = 0, succeeded = 0, queued = 0 } = await counts();
  expect(sending).toBe(0);
  expect(succeeded).toBe(endpoint.requests.length);
  expect(queued).toBe(10 - succeeded);
});

it('two workers share the queue, and no webhook is sent twice', async () => {
  const [first, second] = [await start(), await start()];
  for (let account = 1; account <= 20; account += 1) await makeAccount(first, account, endpoint.url());
  const events = Array.from({ length: 1_000 }, (_, run) => runFailed((run % 20) + 1, run + 1));
  await first.get(PublishEvent).publishBatch(events, { id: 'test', accountId: null });
  first.get(Dispatcher).run();
  second.get(Dispatcher).run();
  await waitFor(async () => (await counts())['succeeded'] === 1_000);
  expect(new Set(runIds()).size).toBe(1_000);
  expect(endpoint.requests).toHaveLength(1_000);
});

it('an event that cannot be stored does not fail those that were published with it', async () => {
  const belfry = await start();
  await makeAccount(belfry, 42, endpoint.url());
  await pool.query(`ALTER TABLE events ADD CHECK (environment <> 'impossible')`);
  const results = await Promise.allSettled(
    Array.from({ length: 9 }, (_, run) =>
      belfry
        .get(PublishEvent)
        .publish(runFailed(42, run + 1, run === 4 ? 'impossible' : 'fine'), { id: 'test', accountId: null }),
    ),
  );
  expect(results.map(({ status }) => status)).toEqual([
    ...Array<string>(4).fill('fulfilled'),
    'rejected',
    ...Array<string>(4).fill('fulfilled'),
  ]);
  expect(await counts()).toEqual({ queued: 8 });
});

it('an outcome that cannot be recorded because the database is away is recorded when it is back', async () => {
  let answer = () => {};
  endpoint.behaviour = (request, socket) => (answer = () => receive(request, socket));
  const belfry = await start();
  await makeAccount(belfry, 42, endpoint.url());
  belfry.get(Dispatcher).run();
  await publishRun(belfry, 42, 1);
  await waitFor(() => endpoint.requests.length === 1);
  const { pathname } = new URL(database.url);
  const admin = new Pool({ connectionString: process.env['BELFRY_TEST_POSTGRES_URL'], max: 1 });
  try {
    await admin.query(`ALTER DATABASE ${pathname.slice(1)} ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      pathname.slice(1),
    ]);
    answer();
    await expect(publishRun(belfry, 42, 2)).rejects.toThrow(StorageUnavailable);
    await admin.query(`ALTER DATABASE ${pathname.slice(1)} ALLOW_CONNECTIONS true`);
  } finally {
    await admin.end();
  }
  await waitFor(async () => (await counts())['succeeded'] === 1);
  endpoint.behaviour = receive;
  await publishRun(belfry, 42, 3);
  await waitFor(async () => (await counts())['succeeded'] === 2);
  expect(runIds()).toEqual([1, 3]);
});

it('a mail does not wait behind the backlog of another recipient domain that is at its limit', async () => {
  mailServer.thinksFor = 20;
  const belfry = await start({ MAILS_IN_FLIGHT: '50', MAILS_IN_FLIGHT_PER_DOMAIN: '1' });
  await makeAccount(belfry, 1, endpoint.url(), 'pat@backlog.example.com');
  await makeAccount(belfry, 2, endpoint.url(), 'pat@other.example.com');
  await Promise.all(Array.from({ length: 300 }, (_, run) => publishRun(belfry, 1, run + 1)));
  await publishRun(belfry, 2, 1);
  // So that no hint of these comes after the first look.
  await new Promise((resolve) => setTimeout(resolve, 100));
  belfry.get(Dispatcher).run();
  const receivers = () => mailServer.mails.flatMap(({ recipients }) => recipients);
  await waitFor(() => receivers().includes('pat@other.example.com'));
  expect(receivers().length).toBeLessThan(10);
});

it('mails wait while the mail server is away, each with its failed attempt and the time of the next', async () => {
  const { url } = mailServer;
  await mailServer.stop();
  const belfry = await start({ SMTP_URL: url });
  await makeAccount(belfry, 42, endpoint.url());
  belfry.get(Dispatcher).run();
  await publishRun(belfry, 42, 1);
  await waitFor(
    async () => (await pool.query('SELECT FROM attempts WHERE reason = $1', ['connection'])).rowCount === 1,
  );
  const { rows } =
    await pool.query(`SELECT status, attempts, next_attempt_at > now() + interval '10 seconds' AS later
    FROM deliveries WHERE channel = 'email'`);
  expect(rows).toEqual([{ status: 'queued', attempts: 1, later: true }]);
  await waitFor(async () => (await counts())['succeeded'] === 1);
  mailServer = await MailServer.start();
});

it('a redelivery is a new delivery with the same bytes that names the old one, to the endpoint as it is now', async () => {
  endpoint.behaviour = (_request, socket) => socket.end('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n');
  const belfry = await start();
  await makeAccount(belfry, 42, endpoint.url('/old'));
  belfry.get(Dispatcher).run();
  await publishRun(belfry, 42, 1);
  await waitFor(async () => (await counts())['failed'] === 1);
  await belfry.get(ManageSettings).change(42, { webhook_url: endpoint.url('/new') }, 'merge', operator);
  endpoint.behaviour = receive;
  expect(
    await belfry.get(Redeliver).many(42, { status: 'failed', channel: 'webhook' }, operator),
  ).toMatchObject({
    redelivered: 1,
  });
  await waitFor(async () => (await counts())['succeeded'] === 1);
  expect(endpoint.requests.map(({ head }) => head.split(' ')[1])).toEqual(['/old', '/new']);
  expect(endpoint.requests[1]!.body).toBe(endpoint.requests[0]!.body);
  const { rows } = await pool.query(`SELECT new.redelivery_of = old.delivery_id AS names_it
    FROM deliveries new, deliveries old WHERE new.status = 'succeeded' AND new.channel = 'webhook' AND old.status = 'failed'`);
  expect(rows).toEqual([{ names_it: true }]);
  // What was redelivered is not redelivered again.
  expect(await belfry.get(Redeliver).many(42, { status: 'failed' }, operator)).toMatchObject({
    redelivered: 0,
  });
});

it('a redelivery is refused while the old delivery, or a redelivery of it, is under way', async () => {
  const belfry = await start();
  await makeAccount(belfry, 42, endpoint.url());
  await publishRun(belfry, 42, 1);
  const { rows } = await pool.query<{ delivery_id: string }>(
    `SELECT delivery_id FROM deliveries WHERE channel = 'webhook'`,
  );
  const { delivery_id: deliveryId } = rows[0]!;
  expect((await belfry.get(Redeliver).one(42, deliveryId, operator)).status).toBe('under_way');
  await pool.query(`UPDATE deliveries SET status = 'failed', finished_at = now()`);
  const both = await Promise.all([1, 2].map(() => belfry.get(Redeliver).one(42, deliveryId, operator)));
  expect(both.map(({ status }) => status).sort()).toEqual(['queued', 'under_way']);
  expect((await belfry.get(Redeliver).one(43, deliveryId, operator)).status).toBe('not_found');
});

it('a test delivery is sent once, now, whatever the toggle says, and mails nobody', async () => {
  const belfry = await start();
  await makeAccount(belfry, 42, endpoint.url());
  const result = await belfry.get(SendTestWebhook).send(42, 'tenant_archived', operator);
  expect(result).toMatchObject({
    status: 'finished',
    delivery: { status: 'succeeded', test: true, attempts: [{ response: { status: 200, body: 'ok' } }] },
  });
  expect(endpoint.requests).toHaveLength(1);
  expect(await counts('email')).toEqual({});
});

it('retention deletes what is old with its deliveries and attempts, and keeps what is new or under way', async () => {
  const belfry = await start({ RETENTION_DAYS: '30' });
  await makeAccount(belfry, 42, endpoint.url());
  await makeAccount(belfry, 43, endpoint.url());
  belfry.get(Dispatcher).run();
  for (const account of [42, 42, 43]) await publishRun(belfry, account, 1);
  await waitFor(
    async () => (await counts())['succeeded'] === 3 && (await counts('email'))['succeeded'] === 3,
  );
  await belfry.get(Dispatcher).stop();
  const underWay = await publishRun(belfry, 43, 2);
  // Forty days older than they are, in their ids as in their times.
  await pool.query(`UPDATE events SET accepted_at = accepted_at - interval '40 days'`);
  const ids = await pool.query<{ event_id: string }>('SELECT event_id FROM events');
  for (const { event_id: id } of ids.rows) {
    const time = (BigInt(`0x${id.replaceAll('-', '').slice(0, 12)}`) - 40n * 86_400_000n)
      .toString(16)
      .padStart(12, '0');
    const old = `${time.slice(0, 8)}-${time.slice(8)}${id.slice(13)}`;
    await pool.query('UPDATE events SET event_id = $1 WHERE event_id = $2', [old, id]);
    await pool.query('UPDATE deliveries SET event_id = $1 WHERE event_id = $2', [old, id]);
  }
  const fresh = await publishRun(belfry, 42, 3);

  expect(await belfry.get(RetentionSweep).sweep()).toBe(3);
  const left = await pool.query<{ event_id: string; run: number }>(
    `SELECT event_id, (payload->>'run_id')::int AS run FROM events ORDER BY run`,
  );
  expect(left.rows.map(({ run }) => run)).toEqual([2, 3]);
  expect(left.rows[1]!.event_id).toBe(fresh);
  expect(underWay).not.toBe(fresh);
  expect((await pool.query('SELECT FROM attempts')).rowCount).toBe(0);
  expect((await pool.query('SELECT FROM deliveries')).rowCount).toBe(4);
});
