import { createServer, type AddressInfo } from 'node:net';
import { belfry, type Finished } from './belfry.fixture.js';
import { createEmptyDatabase, type EmptyDatabase } from '@belfry/kit/databases';

const marks = {
  url: 'mArKeD-url-3f9a',
  key: 'mArKeD-key-b80e',
  smtp: 'mArKeD-smtp-e417',
  base: 'mArKeD-base-90b6',
};
let database: EmptyDatabase;
let environment: Record<string, string>;

beforeAll(async () => {
  database = await createEmptyDatabase();
  const url = new URL(database.url);
  url.password = marks.base;
  environment = {
    DATABASE_URL: url.href,
    SMTP_URL: `smtp://belfry:${marks.smtp}@127.0.0.1:1`,
    BOOTSTRAP_API_KEY: marks.key,
    WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8',
    LOG_LEVEL: 'trace',
  };
});
afterAll(() => database?.drop());

/** Runs a command at the most verbose level, and expects no secret in anything it says. */
async function run(args: readonly string[], more: Record<string, string> = {}): Promise<Finished> {
  const finished = await belfry(args, { environment: { ...environment, ...more } });
  for (const secret of Object.values(marks)) expect(`${finished.out}${finished.err}`).not.toContain(secret);
  return finished;
}

it('no command shows a secret, whether it succeeds or fails', async () => {
  const account = ['accounts', 'put', '42', '--name', 'Acme', '--contact-email', 'pat@acme.example.com'];
  expect(await run(account)).toMatchObject({ code: 0 });
  // Whoever sets the URL is shown it, so this answer is not looked at.
  const set = ['settings', 'set', '42', '--webhook-url', `http://127.0.0.1:1/in?token=${marks.url}`];
  expect(await belfry(set, { environment })).toMatchObject({ code: 0 });
  const outputs = [];
  for (const args of [
    ['webhook', 'test', '42', 'run_failed'],
    ['deliveries', 'list', '42'],
    ['audit', '42', '--json'],
  ])
    outputs.push((await run(args)).out);
  expect(outputs.join()).toContain('?token=***');
  expect((await run(['settings', 'set', '42', '--webhook-url', 'ftp://x.example.com/'])).code).not.toBe(0);
});

it('doctor names what fails, and no password', async () => {
  const taken = createServer((socket) => socket.end(`535 no ${marks.smtp}\r\n`));
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const port = (taken.address() as AddressInfo).port;
  const { out, err } = await run(['doctor'], { SMTP_URL: `smtp://belfry:${marks.smtp}@127.0.0.1:${port}` });
  await new Promise((resolve) => taken.close(resolve));
  expect(`${out}${err}`).toMatch(/smtp|mail/i);
  const gone = new URL(database.url);
  gone.pathname = '/no_such_database';
  gone.password = marks.base;
  expect((await run(['doctor'], { DATABASE_URL: gone.href })).code).not.toBe(0);
});

it('wrong settings are named without what they hold', async () => {
  const { code, err } = await run(['keys', 'list'], {
    DATABASE_URL: `mysql://me:${marks.base}@x`,
    SMTP_URL: `imap://me:${marks.smtp}@x`,
    BOOTSTRAP_API_KEY: `${marks.key} and a space`,
  });
  expect(code).toBe(78);
  for (const name of ['DATABASE_URL', 'SMTP_URL', 'BOOTSTRAP_API_KEY']) expect(err).toContain(name);
});
