import { BelfryProcess } from '@belfry/kit/belfry-process';
import { expectProblem } from '@belfry/kit/expect-problem';
import { waitFor } from '@belfry/kit/waiting';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { PortalStore } from '@belfry/application';
import { ownFirstSegments } from '@belfry/configuration';
import { Telemetry } from '@belfry/telemetry';
import { DatabaseHealth } from '@belfry/persistence';
import { request as httpRequest } from 'node:http';
import { RouteTable } from '../src/http/route-table.js';
import { startAppInProcess, type AppInProcess } from './app-in-process.fixture.js';
import { platformForThisFile } from './server.fixture.js';

describe('what is open to everybody', () => {
  let belfry: AppInProcess;
  beforeAll(async () => (belfry = await startAppInProcess()));
  afterAll(() => belfry?.remove());
  afterEach(() => jest.restoreAllMocks());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${belfry.port}${path}`, { headers, redirect: 'manual' });
  const many = async (path: string, headers: Record<string, string> = {}) => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => get(path, headers)));
    return new Set(answers.map(({ status }) => status));
  };

  it('begins, as every route, with what the path of PUBLIC_URL must not begin with', () => {
    const firsts = belfry.app.get(RouteTable).all.map(({ url }) => url.split('/')[1]!);
    const own: readonly string[] = ['', '*', ...ownFirstSegments];
    expect(firsts.filter((first) => !own.includes(first))).toEqual([]);
  });

  it.each([
    ['/metrics', () => jest.spyOn(belfry.app.get(Telemetry).metrics, 'read')],
    ['/health/ready', () => jest.spyOn(belfry.app.get<DatabaseHealth>(DatabaseHealth), 'check')],
  ])('%s asks the database once for all who ask in the same second', async (path, watch) => {
    const asked = watch();
    const begun = performance.now();
    await many(path);
    const seconds = (performance.now() - begun) / 1000;
    expect(asked.mock.calls.length).toBeGreaterThan(0);
    expect(asked.mock.calls.length).toBeLessThanOrEqual(1 + Math.ceil(seconds));
  });

  it.each([
    ['/portal/x', 303, {}],
    [`/portal/${'g'.repeat(64)}`, 303, {}],
    ['/v1/session', 401, {}],
    ['/v1/session', 401, { cookie: 'belfry_session_42=x' }],
  ])('%s asks the database nothing for what can be no link and no session', async (path, status, headers) => {
    const store = belfry.app.get<PortalStore>(PortalStore);
    const asked: readonly jest.SpyInstance[] = [
      jest.spyOn(store, 'find'),
      jest.spyOn(store, 'findLink'),
      jest.spyOn(store, 'exchange'),
    ];
    expect((await get(path, headers as Record<string, string>)).status).toBe(status);
    expect(asked.flatMap(({ mock }) => mock.calls)).toEqual([]);
  });

  it('/openapi.json has a tag, and is not sent again to whoever has it', async () => {
    const first = await get('/openapi.json');
    const tag = first.headers.get('etag')!;
    expect(Number(first.headers.get('content-length'))).toBe((await first.arrayBuffer()).byteLength);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await get('/openapi.json', { 'if-none-match': known });
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, tag, '']);
    }
    expect((await get('/openapi.json', { 'if-none-match': '"other"' })).status).toBe(200);
  });
});

describe('the development pages', () => {
  const platform = platformForThisFile(() => ({ NODE_ENV: '' }));

  it.each(['/dev/mailbox', '/dev/endpoint', '/dev/mailbox/x'])(
    '%s is shown under names of this machine alone: a page on the internet could lead its own name here',
    async (path) => {
      // fetch does not let a Host be set.
      const { status, body } = await askAs('evil.example.com', path);
      expect([status, body]).toEqual([403, expect.stringContaining('localhost')]);
      expect((await askAs('localhost:3000', path)).status).not.toBe(403);
    },
  );

  function askAs(host: string, path: string): Promise<{ status: number; body: string }> {
    const { hostname, port } = new URL(platform.server.url);
    return new Promise((resolve, reject) => {
      const asked = httpRequest({ hostname, port, path, headers: { host } }, (response) => {
        let body = '';
        response.on('data', (text) => (body += String(text)));
        response.on('end', () => resolve({ status: response.statusCode!, body }));
      });
      asked.on('error', reject).end();
    });
  }
});

describe('a process with a listener for /metrics', () => {
  const platform = platformForThisFile(() => ({ METRICS_PORT: '0' }));
  const started = () =>
    JSON.parse(platform.server.output.split('\n').find((line) => line.includes('"started"'))!) as {
      metrics_port: number;
    };
  const ask = (path: string, method = 'GET') =>
    fetch(`http://127.0.0.1:${started().metrics_port}${path}`, { method });

  it('answers it there and nothing else, and the API has none', async () => {
    const metrics = await ask('/metrics');
    expect([metrics.status, metrics.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/plain'),
    ]);
    expect(await metrics.text()).toContain('belfry_build_info');
    expect((await ask('/metrics?x=y')).status).toBe(200);
    expect((await ask('/metrics', 'HEAD')).status).toBe(200);
    expect((await ask('/metrics', 'POST')).status).toBe(405);
    expect((await ask('/v1/accounts')).status).toBe(404);
    expectProblem(await platform.server.get('/metrics'), 404, 'not-found');
  });

  it('does not start where the port is taken', async () => {
    const database = await createEmptyDatabase();
    const second = BelfryProcess.spawn({
      DATABASE_URL: database.url,
      METRICS_PORT: String(started().metrics_port),
    });
    await waitFor(() => second.child.exitCode !== null);
    expect(second.output).toContain('EADDRINUSE');
    await second.remove();
    await database.drop();
  });
});
