/** Belfry is given marked secrets, used, and made to fail in many ways; then the marks are looked for in all it said. */
import type { Answer } from '@belfry/kit/rest-client';
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { Endpoint } from '@belfry/kit/endpoint';
import { waitFor } from '@belfry/kit/waiting';
import { createEmptyDatabase, query } from '@belfry/kit/databases';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

const marks = {
  'the query of the webhook URL': 'mArKeD-url-3f9a',
  'the user of a refused webhook URL': 'mArKeD-user-71cc',
  'the first API key': 'mArKeD-key-b80e',
  'a key that nobody has': 'mArKeD-guess-5d2d',
  'the SMTP password': 'mArKeD-smtp-e417',
  "the database's password": 'mArKeD-base-90b6',
  'a body that is no JSON': 'mArKeD-body-c4d3',
} as const;
const url = marks['the query of the webhook URL'];

let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let endpoint: Endpoint;
let mailServer: SMTPServer;
let collector: HttpServer;
let traces = '';
let server: BelfryProcess;
/** What came over REST, save where a secret belongs. */
const answers: Answer[] = [];
let secrets: Record<string, string>;

const paths = ['redirects', 'repeats', 'resets', 'hangs', 'speaks'] as const;

beforeAll(async () => {
  database = await createEmptyDatabase();
  endpoint = await Endpoint.start(({ head }, socket) => {
    const [, target = ''] = head.split(' ', 2);
    const close = 'Connection: close\r\nContent-Length: 0\r\n\r\n';
    if (target.includes('redirects')) socket.end(`HTTP/1.1 301 So\r\nLocation: ${target}\r\n${close}`);
    else if (target.includes('repeats')) socket.end(`HTTP/1.1 500 Oh\r\n\r\nno route for ${target}`);
    else if (target.includes('resets')) socket.resetAndDestroy();
    else if (target.includes('speaks')) socket.end(`${target} is no HTTP\r\n\r\n`);
  });
  mailServer = new SMTPServer({
    authMethods: ['PLAIN'],
    disabledCommands: ['STARTTLS'],
    // Servers that repeat what they were given are real.
    onAuth: ({ username, password }, _session, done) =>
      done(Object.assign(new Error(`no user ${username} with ${password}`), { responseCode: 535 })),
  });
  mailServer.on('error', () => undefined);
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', () => resolve()));
  collector = createServer((request, response) => {
    request.on('data', (bytes) => (traces += String(bytes)));
    request.once('end', () => response.end());
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));

  const databaseUrl = new URL(database.url);
  databaseUrl.password = marks["the database's password"];
  const smtpPort = (mailServer.server.address() as AddressInfo).port;
  server = await BelfryProcess.start({
    DATABASE_URL: databaseUrl.href,
    SMTP_URL: `smtp://belfry:${marks['the SMTP password']}@127.0.0.1:${smtpPort}`,
    MAIL_FROM: 'belfry@example.com',
    BOOTSTRAP_API_KEY: marks['the first API key'],
    LOG_LEVEL: 'trace',
    WEBHOOK_TIMEOUT_MS: '400',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  });
  await useIt();
}, 60_000);
afterAll(async () => {
  await server?.remove();
  await endpoint?.stop();
  await new Promise<void>((resolve) => mailServer.close(() => resolve()));
  collector?.closeAllConnections();
  collector?.close();
  await database?.drop();
});

const admin = { authorization: `Bearer ${marks['the first API key']}` };
const event = (accountId: number) => ({
  event_type: 'integration_created',
  environment: 'production',
  account_id: accountId,
  data: { integration_id: 3, integration_name: 'CRM sync' },
});

async function note(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
  const answer = await server.request(method, path, body, { ...admin, ...headers });
  answers.push(answer);
  return answer;
}

/** Accounts whose endpoints fail in every way, refused requests, sessions, and a database that goes away. */
async function useIt(): Promise<void> {
  const made = await server.request(
    'POST',
    '/v1/api-keys',
    {
      name: 'Reader',
      scopes: ['settings:read', 'deliveries:read'],
    },
    admin,
  );
  const reader = { authorization: `Bearer ${made.body.key}` };
  const urls = [
    ...paths.map((path) => endpoint.url(`/${path}?token=${url}`)),
    endpoint.url(`/tls?token=${url}`).replace('http:', 'https:'),
    `http://127.0.0.1:1/refused?token=${url}`,
    `http://localhost.invalid/nowhere?token=${url}`,
  ];
  for (const [index, webhookUrl] of urls.entries()) {
    const account = `/v1/accounts/${index + 1}`;
    await note('PUT', account, { account_name: 'Acme', primary_contact: { email: 'pat@acme.example.com' } });
    const settings = { webhook_url: webhookUrl, events: { integration_created: { send_webhook: true } } };
    // The answer shows the URL to whoever just set it: the mark belongs there.
    await server.request('PUT', `${account}/notification-settings`, settings, admin);
    await note('POST', '/v1/events', event(index + 1));
  }
  await refusals();
  secrets = { ...marks, ...(await sessions()), 'a key that was made': made.body.key };
  await lookAtEverything(urls.length, reader);
  await withoutDatabase();
}

async function refusals(): Promise<void> {
  const settings = '/v1/accounts/1/notification-settings';
  await note('PATCH', settings, {
    webhook_url: `https://u:${marks['the user of a refused webhook URL']}@x.example.com/`,
  });
  await note('PATCH', settings, { webhook_url: `ftp://x.example.com/?token=${url}` });
  await note('PATCH', settings, { webhook_url: `http://10.0.0.1/?token=${url}` });
  await note('PATCH', settings, { events: { run_failed: { email_subscribers: 1, send_webhook: url } } });
  await note('POST', '/v1/events', `{"a": "${marks['a body that is no JSON']}`);
  await note('POST', '/v1/events', marks['a body that is no JSON']);
  const guess = marks['a key that nobody has'];
  for (const authorization of [`Bearer ${guess}`, `Basic ${guess}`, guess, `Bearer ${guess} ${guess}`])
    await note('GET', '/v1/accounts', undefined, { authorization });
  await note('GET', `/v1/accounts/1/deliveries?cursor=${guess}`);
  await note('GET', `/portal/${guess}`, undefined, { authorization: undefined });
}

/** A session that is used, ended and used again; answers its secrets. */
async function sessions(): Promise<Record<string, string>> {
  const link = await server.request('POST', '/v1/accounts/1/portal-links', undefined, admin);
  const { pathname } = new URL(link.body.url);
  const opened = await server.get(pathname, { authorization: undefined });
  const cookie = opened.headers.get('set-cookie')!.split(';')[0]!;
  const asAdmin = { cookie, authorization: undefined, 'sec-fetch-site': 'same-origin' };
  await note('GET', pathname, undefined, { authorization: undefined });
  await note('GET', '/v1/session', undefined, asAdmin);
  await note('GET', '/v1/accounts/1/deliveries', undefined, asAdmin);
  await note(
    'PATCH',
    '/v1/accounts/1/notification-settings',
    {},
    { ...asAdmin, 'sec-fetch-site': 'cross-site' },
  );
  await note('DELETE', '/v1/accounts/1/portal-sessions');
  await note('GET', '/v1/accounts/1', undefined, asAdmin);
  return { "the session's cookie": cookie.split('=')[1]!, 'the portal link': pathname.split('/')[2]! };
}

/** Reads whatever there is to read, by a key that may not change settings. */
async function lookAtEverything(accounts: number, reader: { authorization: string }): Promise<void> {
  for (let account = 1; account <= accounts; account += 1) {
    const list = `/v1/accounts/${account}/deliveries`;
    await waitFor(async () => {
      const { body } = await server.get(list, reader);
      return body.deliveries.every(
        (one: { channel: string; status: string }) => one.channel === 'email' || one.status === 'failed',
      );
    });
    const { body } = await note('GET', list, undefined, reader);
    for (const { delivery_id } of body.deliveries) {
      await waitFor(
        async () => (await server.get(`${list}/${delivery_id}`, reader)).body.attempts.length > 0,
      );
      await note('GET', `${list}/${delivery_id}`, undefined, reader);
    }
    for (const path of ['', '/notification-settings', '/events', '/delivery-stats'])
      await note('GET', `/v1/accounts/${account}${path}`, undefined, reader);
    await note('GET', `/v1/accounts/${account}/audit-log`);
  }
  for (const path of ['/v1/api-keys', '/metrics', '/health/ready', '/openapi.json', '/'])
    await note('GET', path);
}

async function withoutDatabase(): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  const run = (statement: string) => query(process.env['BELFRY_TEST_POSTGRES_URL']!, statement);
  await run(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  await waitFor(async () => (await server.get('/health/ready')).status === 503);
  await note('POST', '/v1/events', event(1));
  await note('PATCH', '/v1/accounts/1/notification-settings', {
    webhook_url: `https://x.example.com/?token=${url}`,
  });
  await note('GET', '/v1/accounts', undefined, { authorization: `Bearer ${marks['a key that nobody has']}` });
  await note('GET', '/metrics');
  await run(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await waitFor(async () => (await server.get('/health/ready')).status === 200);
}

/** The names of the secrets that a text holds, plain or as a header or a mail program may encode them. */
function secretsIn(text: string): string[] {
  return Object.entries(secrets)
    .filter(([, secret]) =>
      [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')].some(
        (form) => text.includes(form),
      ),
    )
    .map(([name]) => name);
}

it('everything went wrong that was meant to', () => {
  const texts = JSON.stringify(answers.map(({ body }) => body));
  for (const reason of ['http_status', 'timeout', 'connection', 'tls', 'dns', 'no user belfry with'])
    expect(texts).toContain(reason);
  expect(answers.filter(({ status }) => status === 503).length).toBeGreaterThan(1);
  expect(server.output).toContain('"level":20');
  // What the endpoints repeat is there, without the secret in it.
  expect(texts).toContain('/redirects?token=***');
  expect(texts).toContain('no route for /repeats?token=***');
});

it('a search for the marks finds those that are there', () => {
  expect(secretsIn(endpoint.requests.map(({ head }) => head).join())).toEqual([
    'the query of the webhook URL',
  ]);
});

it('no answer holds a secret: not a refusal, not a metric, and no delivery of a reader', () => {
  expect(answers.length).toBeGreaterThan(70);
  for (const { body, headers } of answers) {
    const found = secretsIn(`${JSON.stringify(body)} ${JSON.stringify([...headers])}`);
    expect(found).toEqual([]);
  }
});

it('nothing that the process writes holds a secret, at the most verbose level', () => {
  expect(server.output.length).toBeGreaterThan(10_000);
  expect(secretsIn(server.output)).toEqual([]);
});

it('no trace holds a secret', async () => {
  await waitFor(() => traces.length > 1_000);
  expect(secretsIn(traces)).toEqual([]);
});
