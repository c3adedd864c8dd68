import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresQueueSignal } from './queue-signal.js';

let database: TestDatabase;
let talker: PostgresQueueSignal;
let listener: PostgresQueueSignal;
let heard: string[];

beforeEach(async () => {
  heard = [];
  database = await createTestDatabase();
  talker = new PostgresQueueSignal(database.database, database.url);
  listener = new PostgresQueueSignal(database.database, database.url);
  listener.listen((channel) => heard.push(channel));
  await until(async () => (await listeners()) === 1);
});
afterEach(async () => {
  await Promise.all([talker.onApplicationShutdown(), listener.onApplicationShutdown()]);
  await database.drop();
});

async function listeners(): Promise<number> {
  const rows = await database.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
  );
  return rows.length;
}

it('a hint that the database does not take is lost, and its process lives', async () => {
  const built = join(__dirname, '../../dist/queue/queue-signal.js');
  const program = `
    import { PostgresQueueSignal } from ${JSON.stringify(built)};
    const statement = () => {
      setTimeout(() => console.log('it lives'), 0);
      return Promise.reject(new Error('the database is away'));
    };
    new PostgresQueueSignal({ schema: 'belfry', statement }, null).announce('webhook');`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  expect(stdout).toBe('it lives\n');
});

it('a process hears that another has queued something', async () => {
  talker.announce('email');
  await until(() => heard.length === 1);
  expect(heard).toEqual(['email']);
});

it('one of an older version, which does not say for which channel, is heard for both', async () => {
  await database.query("SELECT pg_notify('belfry_queue', '')");
  await until(() => heard.length === 2);
  expect(heard).toEqual(['webhook', 'email']);
});

it('many announcements at once are heard as one', async () => {
  for (let count = 0; count < 100; count += 1) talker.announce(count % 2 === 0 ? 'webhook' : 'email');
  await until(() => heard.length > 1);
  talker.announce('webhook');
  await until(() => heard.length > 2);
  expect(heard).toEqual(['webhook', 'email', 'webhook']);
});

it('a listener whose connection was cut listens again', async () => {
  await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'belfry listener'`);
  await until(async () => (await listeners()) === 0);
  await until(async () => (await listeners()) === 1);
  talker.announce('webhook');
  await until(() => heard.length === 1);
});

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('it did not come about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
