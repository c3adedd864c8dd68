import { BelfryProcess } from '@belfry/kit/belfry-process';
import { key, type RestClient } from '@belfry/kit/rest-client';
import { expectProblem } from '@belfry/kit/expect-problem';
import { waitFor } from '@belfry/kit/waiting';
import { query } from '@belfry/kit/databases';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile(() => ({}));
const event = {
  event_type: 'integration_created',
  environment: 'production',
  account_id: 42,
  data: { integration_id: 3, integration_name: 'CRM sync' },
};
const ready = (server: RestClient = platform.server) =>
  server.get('/health/ready', { authorization: undefined });

beforeAll(() => platform.server.makeAccount(42));

it('a process that runs lives, and is ready, to whoever asks', async () => {
  expect(await platform.server.get('/health/live', { authorization: undefined })).toMatchObject({
    status: 200,
    body: { status: 'ok' },
  });
  expect(await ready()).toMatchObject({
    status: 200,
    body: { status: 'ok', database: 'ok', dispatcher: 'ok' },
  });
});

describe('while the database is gone', () => {
  const database = () => new URL(platform.databaseUrl).pathname.slice(1);
  const admin = (statement: string) => query(process.env['BELFRY_TEST_POSTGRES_URL']!, statement);

  beforeAll(async () => {
    await admin(`ALTER DATABASE ${database()} ALLOW_CONNECTIONS false`);
    await admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database()}'`);
  });

  it('the process lives and is not ready', async () => {
    await waitFor(async () => (await ready()).status === 503);
    expect((await ready()).body).toMatchObject({
      status: 'unavailable',
      database: 'unavailable',
      dispatcher: 'ok',
    });
    expect((await platform.server.get('/health/live')).status).toBe(200);
  });

  it('everything that needs it answers 503 with Retry-After, and at once', async () => {
    const requests = [
      () => platform.server.post('/v1/events', event),
      () => platform.server.post('/v1/events', event, { 'idempotency-key': 'while it is gone' }),
      () => platform.server.post('/v1/events/batch', { events: [event, event] }),
      () => platform.server.get('/v1/accounts'),
      () => platform.server.get('/v1/accounts/42/deliveries'),
      () => platform.server.patch('/v1/accounts/42/notification-settings', {}),
      () => platform.server.get('/v1/accounts', { authorization: `Bearer belfry_${'a'.repeat(64)}` }),
    ];
    for (const request of requests) {
      const answer = await request();
      expectProblem(answer, 503, 'storage-unavailable');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('what is wrong with a request is still said', async () => {
    expectProblem(await platform.server.post('/v1/events', { ...event, environment: '' }), 400, 'validation');
  });

  it('and when it is back, the process is ready by itself, and nothing of the refused requests was stored', async () => {
    await admin(`ALTER DATABASE ${database()} ALLOW_CONNECTIONS true`);
    await waitFor(async () => (await ready()).status === 200);
    expect((await platform.server.get('/v1/accounts/42/events')).body.events).toEqual([]);
    const answer = await platform.server.post('/v1/events', event, { 'idempotency-key': 'while it is gone' });
    expect(answer.status).toBe(202);
    const [delivery] = await platform.server.finishedDeliveries(42, 1);
    expect(delivery).toMatchObject({ event_id: answer.body.event_id, status: 'succeeded' });
  });
});

describe.each(['api', 'worker'])('a process of the role %s', (role) => {
  let server: BelfryProcess | undefined;
  beforeAll(async () => {
    server = await BelfryProcess.start({
      DATABASE_URL: platform.databaseUrl,
      BOOTSTRAP_API_KEY: key,
      ROLE: role,
    });
  });
  afterAll(() => server?.remove());

  it('says that it is ready', async () => {
    const dispatcher = role === 'api' ? 'not run here' : 'ok';
    expect(await ready(server)).toMatchObject({ status: 200, body: { status: 'ok', dispatcher } });
  });

  it('does its own part', async () => {
    const answers = await Promise.all(['/v1/accounts', '/openapi.json'].map((path) => server!.get(path)));
    for (const answer of answers) {
      if (role === 'api') expect(answer.status).toBe(200);
      else {
        expectProblem(answer, 404, 'not-found');
        expect(answer.body.detail).toContain('This process is a worker and serves only /health and /metrics');
      }
    }
  });

  it('says in the log that it started, where it listens and which version it is', () => {
    const line = server!.output.split('\n').find((text) => text.includes('"msg":"started"'));
    const { hostname, port } = new URL(server!.url);
    expect(JSON.parse(line!)).toMatchObject({
      level: 30,
      role,
      host: hostname,
      port: Number(port),
      public_url: server!.url,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });
});
