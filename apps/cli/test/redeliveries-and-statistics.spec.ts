/** What is done after events were published, against an endpoint on this machine whose answer changes. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { belfry, type Finished } from './belfry.fixture.js';
import { belfryHere } from './command-here.fixture.js';
import { createEmptyDatabase, type EmptyDatabase } from '@belfry/kit/databases';

let database: EmptyDatabase;
let endpoint: Server;
let address: string;
let status = 200;

const environment = () => ({
  DATABASE_URL: database.url,
  WEBHOOK_ALLOWED_HOSTS: address,
  PUBLIC_URL: `http://${address}`,
});
const run = (args: string): Promise<Finished> => belfryHere(args.split(' '), { environment: environment() });
/** In a process of its own: standard error holds the log of what was sent, too. */
const send = (args: string): Promise<Finished> => belfry(args.split(' '), { environment: environment() });
const answer = ({ out }: Finished) => JSON.parse(out) as Record<string, unknown>;

beforeAll(async () => {
  database = await createEmptyDatabase();
  endpoint = createServer(({ url }, response) =>
    response.writeHead(status).end(url === '/health/live' ? '{"status":"ok"}' : 'thanks'),
  );
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
  expect((await run('accounts put 42 --name Acme --contact-email pat@acme.example.com')).code).toBe(0);
});
afterAll(async () => {
  await database.drop();
  await new Promise((resolve) => endpoint.close(resolve));
});

test('without a webhook URL there is nothing to test, and an account that does not exist has nothing to show', async () => {
  const [test, stats] = await Promise.all(['webhook test 42 run_failed', 'stats 7'].map(run));
  expect(test).toMatchObject({ code: 1, out: '' });
  expect(test!.err).toContain('belfry settings set');
  expect(stats).toEqual({ code: 1, out: '', err: 'error: there is no such account\n' });
});

test('a test delivery that is refused ends with 1, is redelivered once at a time, and is counted', async () => {
  expect((await run(`settings set 42 --webhook-url http://${address}/`)).code).toBe(0);
  const good = await send('webhook test 42 run_failed');
  expect(good).toMatchObject({ code: 0, err: '' });
  // No colour gets into a pipe.
  expect(good.out).not.toContain('\u001b');
  expect(good.out).toMatch(/status +succeeded[^]*Attempt 1: succeeded.* ms\n[^]*Response: 200[^]*thanks/);

  status = 503;
  const bad = await send('webhook test 42 tenant_created --json');
  expect(bad).toMatchObject({ code: 1, err: 'error: the test delivery was not received: http_status\n' });
  expect(answer(bad)).toMatchObject({
    status: 'failed',
    test: true,
    attempts: [{ reason: 'http_status', response: { status: 503, body: 'thanks' } }],
  });

  const redeliver = `deliveries redeliver 42 ${answer(bad)['delivery_id'] as string}`;
  const first = await run(redeliver);
  expect(first.code).toBe(0);
  expect(first.err).toContain('An API or a worker sends it');
  const again = /^Queued as (\S+)\.\n$/.exec(first.out)![1]!;
  const [second, queued, people, machine] = await Promise.all(
    [redeliver, `deliveries get 42 ${again} --json`, 'stats 42', 'stats 42 --window 1h --json'].map(run),
  );
  expect(second).toMatchObject({ code: 1, out: '' });
  expect(second!.err).toContain('under way');
  expect(answer(queued!)).toMatchObject({
    status: 'queued',
    redelivery_of: answer(bad)['delivery_id'],
  });

  expect(people!.out).toMatch(/\nrun_failed +webhook +1 +0 +0 +0 +100 % +\d+ +\d+ +\d+\n/);
  expect(people!.out).toMatch(/\ntenant_created +webhook +0 +1 +0 +1 +0 % +\d+/);
  expect(people!.out).toMatch(/\nsucceeded +\.{22,23}█\.? {2}peak 1\n/);
  const { hours, ...rest } = answer(machine!) as { hours: Record<string, unknown>[] };
  expect(Object.keys(rest)).toEqual(['account_id', 'from', 'to']);
  expect(hours.map(({ status, count }) => `${String(status)} ${String(count)}`).sort()).toEqual(
    // At the turn of an hour, what came before it is of the hour before.
    hours.length === 3 ? ['failed 1', 'queued 1', 'succeeded 1'] : expect.anything(),
  );
});

test('all that failed is redelivered by one command, once', async () => {
  const publish = ['events', 'publish', 'run_failed', '--account', '42', '--data', JSON.stringify(runFailed)];
  const published = await belfryHere(publish, { environment: environment() });
  expect(published.code).toBe(0);
  await database.one(
    `UPDATE deliveries SET status = 'failed', reason = 'rejected', finished_at = now()
     WHERE channel = 'email'`,
  );
  const none = await run('deliveries redeliver 42 --status failed --channel webhook --yes');
  expect(none).toEqual({ code: 0, out: 'There was nothing to redeliver.\n', err: '' });
  const many =
    'deliveries redeliver 42 --status failed --event-type run_failed --from 2020-01-01T00:00:00Z --json -y';
  const dry = many.replace('-y', '--dry-run');
  expect(answer(await run(dry))).toEqual({ would_redeliver: 1 });
  expect(await run(dry.replace(' --json', ''))).toMatchObject({
    code: 0,
    out: 'Up to 1 would be queued again. Nothing was changed.\n',
  });
  const asked = await belfryHere(['deliveries', 'redeliver', '42', '--status', 'failed'], {
    environment: environment(),
    input: 'n\n',
    asks: true,
  });
  expect(asked).toMatchObject({ code: 1, out: '' });
  expect(asked.err).toContain('Redeliver up to 1 delivery of account 42? [y/N]');
  expect(asked.err).toContain('error: nothing was done');
  expect(answer(await run(dry))).toEqual({ would_redeliver: 1 });
  expect(answer(await run(many))).toEqual({ redelivered: 1 });
  expect(answer(await run(many))).toEqual({ redelivered: 0 });
});

test('the audit log shows who changed what, page by page, and what belongs to no account', async () => {
  const link = await run('portal-link 42 --json');
  expect(answer(link)).toEqual({
    url: expect.stringMatching(new RegExp(`^http://${address}/portal/[0-9a-f]{64}$`)) as string,
    expires_at: expect.any(String) as string,
  });
  await run('keys create Platform --scope events:publish');
  const [newest, people, platform] = await Promise.all(
    ['audit 42 --limit 1 --json', 'audit 42', 'audit --platform --json'].map(run),
  );
  const { entries, next_cursor } = answer(newest!) as { entries: unknown[]; next_cursor: string };
  expect(entries).toMatchObject([
    {
      actor: { kind: 'operator', id: 'cli' },
      action: 'portal_link.created',
      changes: [{ pointer: '/scopes' }],
    },
  ]);
  expect(answer(await run(`audit 42 --limit 1 --json --cursor ${next_cursor}`))).toMatchObject({
    entries: [{ action: 'deliveries.redelivered' }],
  });
  expect(people!.out).toMatch(/operator cli +settings\.changed +\/webhook_url: null → "http:/);
  expect(answer(platform!)).toMatchObject({ entries: [{ action: 'api_key.created' }], next_cursor: null });
});

test('what a restored backup has queued is interrupted, reported by account, and sent again only when asked for', async () => {
  const publish = ['events', 'publish', 'run_failed', '--account', '42', '--data', JSON.stringify(runFailed)];
  expect((await run('settings set 42 --on run_failed')).code).toBe(0);
  // What the tests above have queued.
  expect((await run('deliveries interrupt-queued --yes')).code).toBe(0);
  expect((await belfryHere(publish, { environment: environment() })).code).toBe(0);
  const earlier = 'deliveries interrupt-queued --before 2020-01-01T00:00:00Z --yes --json';
  expect(answer(await run(earlier))).toEqual({ interrupted: 0, accounts: [] });
  const countMails = `SELECT count(*) FROM deliveries WHERE status = 'queued' AND channel = 'email'`;
  const mails = await database.one(countMails);
  const dry = await run('deliveries interrupt-queued --dry-run');
  expect(dry.out).toBe('ACCOUNT  INTERRUPTED  IN FLIGHT\n42       1            0\n');
  expect(dry.err).toContain('1 in all would be interrupted. Nothing was changed.');
  const people = await belfryHere(['deliveries', 'interrupt-queued'], {
    environment: environment(),
    input: 'y\n',
    asks: true,
  });
  expect(people.err).toContain('Interrupt 1 webhook of 1 account?');
  expect(people.code).toBe(0);
  expect(people.out).toBe('ACCOUNT  INTERRUPTED  IN FLIGHT\n42       1            0\n');
  expect(people.err).toContain('1 in all. Mails stay queued');
  expect(Number(mails)).toBeGreaterThan(0);
  expect(await database.one(countMails)).toBe(mails);
  expect(await run('deliveries interrupt-queued --yes')).toEqual({
    code: 0,
    out: 'No webhooks were queued or being sent.\n',
    err: '',
  });
  expect(answer(await run('deliveries redeliver 42 --status interrupted --yes --json'))).toEqual({
    redelivered: 1,
  });
});

test('doctor finds all in order where the public URL is answered', async () => {
  status = 200;
  const { code, out, err } = await run('doctor');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/\nok +database +PostgreSQL \d+/);
  expect(out).toMatch(/\nok +public URL/);
  expect(out).toMatch(/\nok +migrations +all applied\nok +clock +/);
  expect(out).toMatch(/\nok +connections +\d+ of \d+ in use[^]*\nok +disk +the database takes \d+ MiB/);
});

const runFailed = {
  run_id: 1,
  run_status: 'failed',
  tenant_id: 7,
  tenant_name: 'Acme',
  integration_id: 3,
  integration_name: 'CRM sync',
};
