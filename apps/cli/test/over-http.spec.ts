/** The same commands, asked of a running API over HTTP. */
import type { DeliveryDetail } from '@belfry/contract';
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { createEmptyDatabase, type EmptyDatabase } from '@belfry/kit/databases';
import { Endpoint, receive } from '@belfry/kit/endpoint';
import { key } from '@belfry/kit/rest-client';
import { waitFor } from '@belfry/kit/waiting';
import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { belfryFile, startBelfry } from './belfry.fixture.js';
import { belfryHere } from './command-here.fixture.js';

let database: EmptyDatabase;
let endpoint: Endpoint;
let server: BelfryProcess;
let environment: Record<string, string>;

/** Nothing listens where DATABASE_URL leads: whatever is answered was answered over HTTP. */
const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nowhere' };

async function run(args: string | readonly string[], input?: string, more: Record<string, string> = {}) {
  const finished = await belfryHere(typeof args === 'string' ? args.split(' ') : args, {
    environment: { ...environment, ...more },
    ...(input === undefined ? {} : { input }),
  });
  expect(finished.out + finished.err).not.toContain(key);
  return finished;
}
async function json(args: string, input?: string) {
  const { code, out, err } = await run(`${args} --json`, input);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Record<string, unknown>;
}

beforeAll(async () => {
  [database, endpoint] = await Promise.all([createEmptyDatabase(), Endpoint.start()]);
  server = await BelfryProcess.start({
    DATABASE_URL: database.url,
    BOOTSTRAP_API_KEY: key,
    WEBHOOK_TIMEOUT_MS: '60000',
  });
  environment = { ...nowhere, BELFRY_URL: server.url, BELFRY_KEY: key };
});
afterAll(async () => {
  await server?.remove();
  await endpoint?.stop();
  await database?.drop();
});

const put = 'accounts put 42 --name Acme --contact-email pat@acme.example.com';
const tenant = { tenant_id: 7, tenant_name: 'Acme', integration_id: 3, integration_name: 'CRM sync' };

test('every noun works as on the database', async () => {
  expect((await run(put)).err).toContain('created');
  expect((await run(put)).err).toContain('replaced');
  expect(await json('accounts get 42')).toMatchObject({ account_name: 'Acme' });
  expect(await json('accounts list --all')).toMatchObject({
    accounts: [{ account_id: 42 }],
    next_cursor: null,
  });

  expect((await run(`settings set 42 --webhook-url ${endpoint.url()} --on all`)).code).toBe(0);
  const shown = await run('settings get 42');
  expect(shown.out).toMatch(/version +2/);
  expect(shown.out).not.toContain('s3cret');
  const document = JSON.stringify({
    webhook_url: endpoint.url(),
    events: { tenant_created: { send_webhook: true } },
  });
  expect(await json('settings replace 42 --if-match 2', document)).toMatchObject({ account_id: 42 });

  const published = await json('events publish tenant_created --account 42', JSON.stringify(tenant));
  expect(published).toMatchObject({ deliveries: 2 });
  await server.finishedDeliveries(42, 2);
  const id = published['event_id'] as string;
  expect(await json(`events get 42 ${id}`)).toMatchObject({ payload: tenant });
  expect(await json('events list 42 --limit 1')).toMatchObject({ events: [{ event_id: id }] });
  const { deliveries } = (await json(`deliveries list 42 --channel webhook --event-id ${id}`)) as {
    deliveries: { delivery_id: string }[];
  };
  const [delivery] = deliveries;
  const detail = (await json(`deliveries get 42 ${delivery!.delivery_id}`)) as unknown as DeliveryDetail;
  expect(detail.attempts).toHaveLength(1);
  expect((await run(`deliveries redeliver 42 ${delivery!.delivery_id}`)).out).toMatch(/^Queued as /);
  expect(await json('deliveries redeliver 42 --status failed --yes')).toEqual({ redelivered: 0 });
  expect(await json('webhook test 42 run_failed')).toMatchObject({ status: 'succeeded', test: true });

  const stats = await run('stats 42');
  expect(stats.out).toMatch(/tenant_created +webhook/);
  expect(stats.out).not.toContain('P50');
  expect(await json('event-types show run_failed')).toMatchObject({ key: 'run_failed' });
  const made = await json('keys create One --scope events:publish');
  expect(await json('keys list')).toMatchObject({ api_keys: [{ key_id: made['key_id'] }] });
  expect((await run(`keys revoke ${made['key_id'] as string}`)).code).toBe(0);
  expect(await json('audit 42 --limit 1')).toMatchObject({ entries: [{ actor: { kind: 'key' } }] });
  expect(await json('portal-link 42')).toMatchObject({ url: expect.stringContaining(server.url) as string });
  expect((await run('accounts forget 42 gone@acme.example.com')).code).toBe(0);
  await run('accounts put 43 --name Gone --contact-email pat@acme.example.com');
  expect((await run('accounts delete 43 --yes')).code).toBe(0);
});

test('many events are published once by their key, over more than one batch', async () => {
  await run(put);
  const lines = (name: string) =>
    Array.from({ length: 1_001 }, () => JSON.stringify({ ...tenant, tenant_name: name })).join('\n');
  const publish = (input: string) =>
    run('events publish tenant_archived --account 42 --idempotency-key many --json', input);
  const idsOf = (out: string) =>
    (JSON.parse(out) as { results: { event_id?: string }[] }).results.map(({ event_id }) => event_id);
  const first = await publish(lines('A'));
  expect(first.code).toBe(0);
  expect(new Set(idsOf(first.out)).size).toBe(1_001);
  expect(idsOf((await publish(lines('A'))).out)).toEqual(idsOf(first.out));
  const other = await publish(lines('B'));
  expect(other.code).toBe(1);
  expect(other.err).toContain('1,001 of 1,001 events were refused');
});

test('so large a batch that REST would not take it is sent in parts', async () => {
  await run(put);
  const link = `https://x.example.com/${'x'.repeat(1_900)}`;
  const data = {
    run_id: 901,
    run_status: 'failed',
    ...tenant,
    admin_link: link,
    api_link: link,
    api_status_link: link,
  };
  const lines = `${JSON.stringify(data)}\n`.repeat(800);
  expect(lines.length).toBeGreaterThan(4 * 1024 * 1024);
  const { results } = await json('events publish run_failed --account 42', lines);
  expect(results).toHaveLength(800);
});

test.each([
  ['accounts get 404', 1, 'error: there is no such account\n'],
  ['deliveries get 42 0193a1b2-0000-7000-8000-000000000001', 1, 'error: there is no such delivery\n'],
  ['accounts forget 42 pat@acme.example.com', 1, 'set another with `belfry accounts put` first'],
  ['settings set 42 --off all --if-match 1', 1, 'the settings have changed since that version'],
  ['accounts put 45 --name Acme --contact-email pat', 2, '--contact-email  must be'],
  ['settings set 42 --webhook-url ftp://x.example.com/', 2, '--webhook-url  must'],
  ['accounts list --cursor nonsense', 2, '--cursor  must be'],
  ['stats 42 --window 32d', 2, '--window  must be'],
  ['keys create One --account 404 --scope events:publish', 1, 'there is no such account'],
  ['events publish tenant_created --account 42 --data {}', 1, '/tenant_id'],
])('"%s" is refused with the exit code and the words of the database', async (args, exitCode, says) => {
  await run(put);
  const { code, out, err } = await run(args);
  expect({ code, out }).toEqual({ code: exitCode, out: '' });
  expect(err).toContain(says);
});

test('what is refused over HTTP is refused with the same words on the database', async () => {
  await run(put);
  await run(['settings', 'set', '42', '--clear-webhook-url']);
  const sayings = await Promise.all(
    ['webhook test 42 run_failed', 'accounts forget 42 pat@acme.example.com', 'accounts get 404'].map(
      async (args) => [
        await run(args),
        await belfryHere(args.split(' '), { environment: { DATABASE_URL: database.url } }),
      ],
    ),
  );
  for (const [overHttp, onDatabase] of sayings) expect(overHttp).toEqual(onDatabase);
});

test.each(['migrate', 'seed', 'deliveries interrupt-queued --yes', 'audit --platform'])(
  '"%s" needs the database, and says so',
  async (args) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('not over HTTP: leave out --url');
  },
);

test('how many would be redelivered is not known over HTTP', async () => {
  await run(put);
  const { code, err } = await run('deliveries redeliver 42 --status failed --dry-run');
  expect(code).toBe(2);
  expect(err).toContain('--dry-run needs the database');
});

describe('where and with what', () => {
  it('options count more than the environment, before or after the command', async () => {
    const wrong = { BELFRY_URL: 'http://127.0.0.1:1', BELFRY_KEY: 'wrong' };
    for (const args of [
      ['--url', server.url, '--key', key, 'event-types', 'list'],
      ['event-types', 'list', '--url', server.url, '--key', key],
    ])
      expect((await run(args, undefined, wrong)).code).toBe(0);
  });

  it.each([
    [{ BELFRY_URL: '' }, '', 78, 'BELFRY_KEY  needs the URL'],
    [{ BELFRY_KEY: '' }, '', 78, 'BELFRY_URL  needs an API key'],
    [{ BELFRY_KEY: '' }, '--url https://x.example.com', 2, '--url needs an API key too: set BELFRY_KEY'],
    [{ BELFRY_URL: 'nonsense' }, '', 78, 'BELFRY_URL  must begin with https://'],
    [{}, '--url https://me:s3cret@x.example.com', 2, '--url must have no user'],
    [{ BELFRY_KEY: 's3cret with spaces' }, '', 78, 'BELFRY_KEY  must be an API key'],
    [{ BELFRY_KEY: 'unknown-s3cret' }, '', 1, 'the API does not accept this key'],
    [{ BELFRY_URL: 'http://127.0.0.1:1' }, '', 1, 'GET http://127.0.0.1:1/v1/accounts got no answer'],
  ])('%j %s ends with %d', async (more, options, exitCode, says) => {
    const { code, out, err } = await run(`accounts list ${options}`.trim(), undefined, more);
    expect({ code, out }).toEqual({ code: exitCode, out: '' });
    expect(err).toContain(says);
    expect(err).not.toContain('s3cret');
  });

  it('something else than Belfry is named in words', async () => {
    const proxy: Server = createServer((_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { code, err } = await run('accounts list', undefined, { BELFRY_URL: url });
    await new Promise((resolve) => proxy.close(resolve));
    expect(code).toBe(1);
    expect(err).toMatch(/^error: GET http:\S+ was answered 502 with text\/html, which Belfry did not write/);
  });
});

test('doctor checks the API and the key', async () => {
  expect(await json('doctor')).toMatchObject({
    ok: true,
    checks: [{ check: 'Node.js' }, { check: 'API', found: 'ready' }, { check: 'API key', found: 'accepted' }],
  });
  const away = await run('doctor --json', undefined, { BELFRY_URL: 'http://127.0.0.1:1' });
  expect(away.code).toBe(1);
  expect(JSON.parse(away.out)).toMatchObject({ checks: [{}, { state: 'wrong' }, { state: 'wrong' }] });
});

test('tail shows what finishes, also what began before, behind more than a page of newer deliveries', async () => {
  await run('accounts put 46 --name Acme --contact-email pat@acme.example.com');
  await run(`settings set 46 --webhook-url ${endpoint.url()} --on tenant_created`);
  let answerWebhook: () => void;
  const asked = new Promise<void>((resolve) => {
    endpoint.behaviour = (request, socket) => {
      answerWebhook = () => receive(request, socket);
      resolve();
    };
  });
  const old = await json('events publish tenant_created --account 46', JSON.stringify(tenant));
  await asked;
  const newer = `${JSON.stringify(tenant)}\n`.repeat(250);
  await json('events publish tenant_archived --account 46', newer);
  const unfinished = async (status: string) =>
    ((await json(`deliveries list 46 --all --status ${status}`)) as { deliveries: object[] }).deliveries
      .length;
  await waitFor(async () => (await unfinished('queued')) === 0 && (await unfinished('sending')) === 1);

  const child = startBelfry(['deliveries', 'tail', '46', '--json', '--channel', 'webhook'], { environment });
  try {
    let [out, err] = ['', ''];
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (err += text));
    await waitFor(() => err.includes('Waiting'));
    answerWebhook!();
    await waitFor(() => out.includes('\n'));
    expect(JSON.parse(out)).toMatchObject({ event_id: old['event_id'], status: 'succeeded' });
    expect(JSON.parse(out)).not.toHaveProperty('attempts');
  } finally {
    endpoint.behaviour = receive;
    child.kill('SIGTERM');
  }
});

test('neither Nest nor a database is loaded', () => {
  const hooks = `import { writeSync } from 'node:fs';
    export async function load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); }`;
  const register = `import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));`;
  const script = `data:text/javascript,${encodeURIComponent(register)}`;
  const { stderr } = spawnSync(process.execPath, ['--import', script, belfryFile, 'accounts', 'list'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...environment, BELFRY_URL: 'http://127.0.0.1:1' },
  });
  expect(stderr).toContain('got no answer');
  const heavy = /@nestjs|typeorm|pglite|\/libs\/(nest|adapters|application|configuration)\//;
  expect(stderr.split('\n').filter((url) => heavy.test(url))).toEqual([]);
});
