/** The whole service on PostgreSQL through PgBouncer in transaction mode. */
import { failedRun, webhooksOfFailedRuns } from '@belfry/kit/sample-events';
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { key } from '@belfry/kit/rest-client';
import { Endpoint } from '@belfry/kit/endpoint';
import { waitFor } from '@belfry/kit/waiting';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { findPgbouncer, startPgbouncer, type Pgbouncer } from '@belfry/kit/pgbouncer';
import { Pool } from 'pg';

const isInstalled = findPgbouncer() !== null;
if (!isInstalled) process.stderr.write('no pgbouncer is installed here: nothing was tried through one\n');
const withPgbouncer = isInstalled ? describe : describe.skip;

const event = (runId: number) => failedRun(42, runId);

withPgbouncer.each([
  ['session', 'found out', {}],
  ['transaction', 'found out', {}],
  ['transaction', 'set', { DATABASE_POOLER: 'transaction', DATABASE_DIRECT_URL: 'the server' }],
] as const)('through a pooler in %s mode, which is %s', (mode, _how, settings) => {
  let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
  let pooler: Pgbouncer;
  let endpoint: Endpoint;
  let pool: Pool;
  let environment: Record<string, string>;
  const servers: BelfryProcess[] = [];
  beforeAll(async () => {
    [database, endpoint] = await Promise.all([createEmptyDatabase(), Endpoint.start()]);
    pooler = await startPgbouncer(database.url, mode, { poolSize: mode === 'session' ? 40 : 4 });
    pool = new Pool({ connectionString: database.url, max: 1 });
    pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
    environment = { DATABASE_URL: pooler.url, BOOTSTRAP_API_KEY: key, ...settings };
    if ('DATABASE_DIRECT_URL' in environment) environment['DATABASE_DIRECT_URL'] = database.url;
  });
  afterAll(async () => {
    for (const server of servers) await server.remove();
    await pool.end();
    await pooler.stop();
    await endpoint.stop();
    await database.drop();
  });
  const start = async (role: string) => {
    const server = await BelfryProcess.start({ ...environment, ROLE: role });
    servers.push(server);
    return server;
  };
  const succeeded = async () =>
    (await pool.query(`SELECT FROM deliveries WHERE channel = 'webhook' AND status = 'succeeded'`)).rows
      .length;

  it('what is published to one process is sent by another, recorded, and sent once though a worker is killed', async () => {
    const api = await start('api');
    const worker = await start('worker');
    if (mode === 'transaction') expect(api.output).toContain('transaction mode');
    await api.makeAccount(42, webhooksOfFailedRuns(endpoint));
    const publish = (from: number) =>
      Promise.all(Array.from({ length: 50 }, (_, index) => api.post('/v1/events', event(from + index))));
    expect((await publish(1)).map(({ status }) => status)).toEqual(Array<number>(50).fill(202));
    await waitFor(async () => (await succeeded()) === 50);
    await worker.end('SIGKILL');
    expect((await publish(51)).map(({ status }) => status)).toEqual(Array<number>(50).fill(202));
    await start('worker');
    await waitFor(async () => (await succeeded()) === 100);
    expect(endpoint.requests).toHaveLength(100);
    const runs = endpoint.requests.map(({ body }) => (JSON.parse(body) as { run_id: number }).run_id);
    expect(new Set(runs).size).toBe(100);
    expect((await api.get('/health/ready', { authorization: undefined })).status).toBe(200);
    const list = await api.get('/v1/accounts/42/deliveries?limit=200');
    const { deliveries } = list.body as { deliveries: { created_at: string; finished_at: string }[] };
    for (const { created_at: at } of deliveries) expect(at).toMatch(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/);
  });
});
