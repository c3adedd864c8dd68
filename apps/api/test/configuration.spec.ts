import { BelfryProcess } from '@belfry/kit/belfry-process';
import { key, type Answer, type RestClient } from '@belfry/kit/rest-client';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { createServer, type AddressInfo } from 'node:net';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
/** What `start` started, for one test; and what `run` did, which ends without being told to. */
const running: BelfryProcess[] = [];
const ended: BelfryProcess[] = [];
/** It tries for some seconds before it gives up: begun first, looked at last. */
let withoutDatabase: ReturnType<typeof run>;

beforeAll(async () => {
  database = await createEmptyDatabase();
  withoutDatabase = run({ DATABASE_URL: 'postgres://belfry:s3cret@127.0.0.1:1/belfry' });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.remove()));
});
afterAll(async () => {
  await Promise.all(ended.map((server) => server.remove()));
  await database?.drop();
});

async function start(environment: Record<string, string>): Promise<BelfryProcess> {
  const server = await BelfryProcess.start({ DATABASE_URL: database.url, ...environment });
  running.push(server);
  return server;
}

/** Starts a process that is expected to end on its own; answers its exit code and what it said on each of its outputs. */
async function run(environment: Record<string, string>) {
  const server = BelfryProcess.spawn({ DATABASE_URL: database.url, ...environment });
  ended.push(server);
  const said = { stdout: '', stderr: '' };
  server.child.stdout!.on('data', (text) => (said.stdout += String(text)));
  server.child.stderr!.on('data', (text) => (said.stderr += String(text)));
  // `close` comes after the last of what it said.
  const code = await new Promise<number | null>((resolve) => server.child.once('close', resolve));
  return { code, ...said };
}

const open = (server: RestClient, path: string): Promise<Answer> =>
  server.get(path, { authorization: undefined });

describe('a process with wrong settings', () => {
  it('names every one of them at once and no other, and exits 78', async () => {
    const wrong = {
      PORT: '70000',
      ROLE: 'boss',
      DATABASE_URL: 'mysql://belfry:s3cret@db.example.com/belfry',
      SMTP_URL: 'http://belfry:s3cret@mail.example.com',
      MAIL_FROM: 'nobody',
      PUBLIC_URL: 'notifications.example.com',
      PLATFORM_ADMIN_URL: 'admin',
      PLATFORM_API_URL: 'ftp://api.example.com',
      WEBHOOK_TIMEOUT_MS: '15s',
      WEBHOOK_ALLOWED_HOSTS: 'https://hooks.internal/in',
      WEBHOOK_ALLOWED_CIDRS: '10.0.0.0/33',
      RETENTION_DAYS: '0',
      BOOTSTRAP_API_KEY: 's3cret with a space',
    };
    const { code, stdout, stderr } = await run(wrong);
    expect(code).toBe(78);
    expect(stdout).toBe('');
    for (const name of Object.keys(wrong)) expect(stderr).toMatch(new RegExp(`^ +${name} must be `, 'm'));
    // One line for each, below the one that says what this is.
    expect(stderr.trim().split('\n')).toHaveLength(1 + Object.keys(wrong).length);
    expect(stderr).not.toContain('s3cret');
    expect(stderr).not.toContain('at ');
  });
});

it('a process whose port is taken says so in a sentence, and exits 1', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await run({ PORT: String(port) });
  await new Promise((resolve) => other.close(resolve));
  expect(code).toBe(1);
  expect(stderr).toContain(`Belfry could not start: port ${port} is already in use.`);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

describe('the development mailbox and endpoint', () => {
  const pages = ['/dev/mailbox', '/dev/endpoint'];
  const statuses = (server: RestClient) =>
    Promise.all(pages.map(async (path) => (await open(server, path)).status));

  it('are there where nothing else is said', async () => {
    expect(await statuses(platform.server)).toEqual([200, 200]);
  });

  it('are not there with a mail server', async () => {
    await expectNone(await start({ SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'belfry@example.com' }));
  });

  it('are not there in production, where nobody has a key either unless one is set', async () => {
    const server = await start({ NODE_ENV: 'production' });
    await expectNone(server);
    for (const authorization of [`Bearer ${key}`, 'Bearer null', 'Bearer undefined'])
      expect((await server.get('/v1/accounts', { authorization })).status).toBe(401);
  });

  it('are there under any other NODE_ENV, and a person is told where', async () => {
    const server = await start({ NODE_ENV: 'staging', BOOTSTRAP_API_KEY: key });
    expect(await statuses(server)).toEqual([200, 200]);
    expect(server.output).toContain(`${server.url}/dev/mailbox`);
    expect(server.output).not.toContain(key);
  });

  async function expectNone(server: BelfryProcess): Promise<void> {
    expect(await statuses(server)).toEqual([404, 404]);
    expect(await server.request('POST', '/dev/endpoint', {})).toMatchObject({ status: 404 });
    expect(server.output).not.toContain('/dev/');
  }
});

it('BOOTSTRAP_API_KEY is a key of the platform with all scopes that is not listed, and not shown', async () => {
  const { server } = platform;
  await server.makeAccount(42);
  expect((await server.post('/v1/api-keys', { name: 'Mine', scopes: ['keys:write'] })).status).toBe(201);
  const { api_keys } = (await server.get('/v1/api-keys')).body;
  expect(api_keys.map(({ name }: { name: string }) => name)).toEqual(['Mine']);
  expect(server.output).not.toContain(key);
});

it('a process whose database is not there says so without its password, and exits 1', async () => {
  const { code, stderr } = await withoutDatabase;
  expect(code).toBe(1);
  expect(stderr).toMatch(/Belfry could not start: .*database/);
  expect(stderr).not.toContain('s3cret');
  expect(stderr).not.toMatch(/^ {4}at /m);
});
