import { StorageUnavailable } from '@belfry/application';
import { randomBytes } from 'node:crypto';
import { audit } from '../stores/audit-entry.fixture.js';
import { PostgresAccountStore } from '../stores/account-store.js';
import { PostgresEventStore } from '../stores/event-store.js';
import { account, leaseOf, newEvent, webhook } from '../stores/events.fixture.js';
import { createTestDatabase, type TestDatabase } from './database.fixture.js';
import { DatabaseHealth } from './database-health.js';
import { smallDisk } from '@belfry/kit/small-disk';
import { StatementRefused } from './storage-failure.js';

let database: TestDatabase;
let events: PostgresEventStore;
let health: DatabaseHealth;

beforeAll(async () => {
  database = await createTestDatabase();
  events = new PostgresEventStore(database.database);
  health = new DatabaseHealth(database.database);
  await new PostgresAccountStore(database.database).put(account(1), audit);
});
afterAll(() => database.drop());

const append = (payload?: string) =>
  events.append([1], leaseOf(), () => [
    newEvent(1, { deliveries: [webhook()], ...(payload === undefined ? {} : { payload }) }),
  ]);
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );
const name = () => new URL(database.url).pathname.slice(1);
const stored = async () => (await database.query('SELECT FROM events')).length;
const connectionsMade = () => poolOf().totalCount;

/** Has the server refuse events by this SQLSTATE, in words that are not English. */
async function refuseBy(code: string, condition = 'true'): Promise<void> {
  await database.query(`CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF ${condition} THEN RAISE EXCEPTION 'das geht gerade nicht' USING ERRCODE = '${code}'; END IF; RETURN NEW; END $$`);
  await database.query(
    'CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()',
  );
}
const refuseNoMore = () => database.query('DROP TRIGGER IF EXISTS refuse ON events');
afterEach(refuseNoMore);

describe('a database that refuses for a reason that passes', () => {
  it.each([
    ['its disk is full', '53100'],
    ['it has no memory left', '53200'],
    ['an operator cancels', '57014'],
    ['a lock is not freed in time', '55P03'],
    ['it is read-only', '25006'],
    ['a table cannot be written by this role right now', '42501'],
    ['its files are damaged', 'XX001'],
    ['something is wrong that nobody has thought of', 'XX000'],
  ])('is told by StorageUnavailable where %s (%s), and nothing is stored', async (_why, code) => {
    await refuseBy(code);
    const before = await stored();
    const failure = await failureOf(append());
    expect(failure).toBeInstanceOf(StorageUnavailable);
    expect(failure).toMatchObject({ fault: 'refusing', outcomeIsKnown: true });
    expect((failure as Error).message).toContain(`(SQLSTATE ${code})`);
    expect(await stored()).toBe(before);
    await refuseNoMore();
    expect(await append()).toEqual([{ outcome: 'stored' }]);
  });

  it.each(['22001', '23514', '21000', '54000', 'P0001'])(
    'is not confused with one that finds the row at fault (%s)',
    async (code) => {
      await refuseBy(code);
      expect(await failureOf(append())).toBeInstanceOf(StatementRefused);
    },
  );

  it.each(['40001', '40P01'])(
    'is asked again at once where transactions were in each other’s way (%s)',
    async (code) => {
      await database.query('DROP SEQUENCE IF EXISTS belfry.tries');
      await database.query('CREATE SEQUENCE belfry.tries');
      // A sequence counts on where the transaction is rolled back.
      await refuseBy(code, "nextval('belfry.tries') < 3");
      expect(await append()).toEqual([{ outcome: 'stored' }]);
      await database.query("SELECT setval('belfry.tries', 1)");
      await refuseBy(code);
      await expect(append()).rejects.toBeInstanceOf(StorageUnavailable);
    },
  );

  it('is not healthy while that lasts, though it answers every question, and is again once it takes events', async () => {
    await refuseBy('53100');
    await failureOf(append());
    expect(await health.check()).toBe(false);
    await refuseNoMore();
    await append();
    expect(await health.check()).toBe(true);
  });

  it('is healthy again where nobody publishes any more, once an event would be stored', async () => {
    await refuseBy('53100');
    await failureOf(append());
    const now = jest.spyOn(performance, 'now');
    const later = (seconds: number) => now.mockReturnValue(performance.timeOrigin + seconds * 1_000);
    later(100);
    expect(await health.check()).toBe(false);
    await refuseNoMore();
    later(101);
    expect(await health.check()).toBe(false);
    later(106);
    const before = await stored();
    expect(await health.check()).toBe(true);
    now.mockRestore();
    expect(await stored()).toBe(before);
  });
});

describe('a database that is made read-only', () => {
  it('is not healthy before anybody publishes, and its connections are given up until one can write again', async () => {
    await append();
    // As after a failover: sessions that exist stay read-only, new ones lead to a server that takes writes.
    await database.query(`ALTER DATABASE ${name()} SET default_transaction_read_only = on`);
    await endConnections();
    expect(await health.check()).toBe(false);
    expect(await failureOf(append())).toMatchObject({ fault: 'refusing', cause: { code: '25006' } });
    await database.database.statement('SELECT 1', []);
    expect(connectionsMade()).toBeGreaterThan(0);
    await database.query('SET default_transaction_read_only = off');
    await database.query(`ALTER DATABASE ${name()} RESET default_transaction_read_only`);
    expect(await append()).toEqual([{ outcome: 'stored' }]);
    expect(await health.check()).toBe(true);
  });
});

describe('a disk that is really full', () => {
  it('takes no event, loses none, and takes them again when there is room', async () => {
    const [{ data_directory: folder }] = (await database.query('SHOW data_directory')) as [
      { data_directory: string },
    ];
    const disk = await smallDisk(2, folder);
    if (disk === null) return;
    try {
      await database.query(`CREATE TABLESPACE full_soon_${name()} LOCATION '${disk.folder}'`);
      await database.query(`ALTER TABLE events SET TABLESPACE full_soon_${name()}`);
      const payload = () => JSON.stringify(randomBytes(40_000).toString('base64'));
      const before = await stored();
      let accepted = 0;
      let failure: unknown = null;
      while (failure === null) {
        failure = await failureOf(append(payload()));
        if (failure === null) accepted += 1;
      }
      expect(failure).toMatchObject({ fault: 'refusing', cause: { code: '53100' } });
      expect(accepted).toBeGreaterThan(5);
      expect(await stored()).toBe(before + accepted);
      expect(await health.check()).toBe(false);
      await disk.grow(32);
      expect(await append(payload())).toEqual([{ outcome: 'stored' }]);
      expect(await health.check()).toBe(true);
    } finally {
      await database.query('ALTER TABLE events SET TABLESPACE pg_default');
      await database.query(`DROP TABLESPACE full_soon_${name()}`);
      await disk.remove();
    }
  });
});

function poolOf(): { totalCount: number } {
  return (database.dataSource.driver as unknown as { master: { totalCount: number } }).master;
}

async function endConnections(): Promise<void> {
  await database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  while (poolOf().totalCount > 0) await new Promise((resolve) => setImmediate(resolve));
}
