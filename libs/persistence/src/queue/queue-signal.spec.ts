import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresQueueSignal } from './queue-signal.js';

let database: TestDatabase;
let talker: PostgresQueueSignal;
let listener: PostgresQueueSignal;
let heard: number;

beforeEach(async () => {
  heard = 0;
  database = await createTestDatabase();
  talker = new PostgresQueueSignal(database.database, database.url);
  listener = new PostgresQueueSignal(database.database, database.url);
  listener.listen(() => (heard += 1));
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

it('a process hears that another has queued something', async () => {
  talker.announce();
  await until(() => heard === 1);
});

it('many announcements at once are heard as one', async () => {
  for (let count = 0; count < 100; count += 1) talker.announce();
  await until(() => heard > 0);
  talker.announce();
  await until(() => heard > 1);
  expect(heard).toBe(2);
});

it('a listener whose connection was cut listens again', async () => {
  await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'belfry listener'`);
  await until(async () => (await listeners()) === 0);
  await until(async () => (await listeners()) === 1);
  talker.announce();
  await until(() => heard === 1);
});

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('it did not come about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
