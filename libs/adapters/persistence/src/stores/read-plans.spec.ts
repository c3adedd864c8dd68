/** What each store reads, by the plans of the very statements that it sends. */
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { scansOf, type Scan } from '../database/explained-database.fixture.js';
import type { Reads } from '../database/read-database.js';
import type { Run } from '../database/statement.js';
import { mostCounted as mostQueued, readBacklog } from '../queue/backlog-statement.js';
import { PostgresAccountStore } from './account-store.js';
import { PostgresApiKeyStore } from './api-key-store.js';
import { PostgresAuditLog } from './audit-log.js';
import { PostgresDeliveryStatistics, mostCounted } from './delivery-statistics.js';

let database: TestDatabase;
let scans: Scan[] = [];
/** Notes how the database reads what this statement asks for. */
async function explain(run: Run, text: string, values: readonly unknown[]): Promise<void> {
  scans.push(...(await scansOf(run, text, values)));
}

const reads: Reads = {
  statement: async <Row>(text: Parameters<Reads['statement']>[0], values: readonly unknown[]) => {
    await explain((...statement) => database.database.statement(...statement), text as string, values);
    return database.database.statement<Row>(text, values);
  },
  entities: (work) =>
    database.database.entities((manager, run) => {
      const runner = manager.queryRunner!;
      const query = runner.query.bind(runner);
      runner.query = async (text: string, values?: unknown[], ...rest: []) => {
        await explain(run, text, values ?? []);
        return query(text, values, ...rest);
      };
      return work(manager, run);
    }),
};

/** More of everything than is ever counted or shown. */
const many = mostCounted + 1_000;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(
    `INSERT INTO accounts SELECT number, 'Acme', NULL, 'pat@acme.example.com', now(), now()
     FROM generate_series(1, 2000) AS number`,
  );
  await database.query(
    `INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, status, attempts,
       next_attempt_at, created_at, finished_at, worker, recipient_role, recipient_domain)
     SELECT 1, gen_random_uuid(), gen_random_uuid(), 'run_failed', channel, 'somewhere', status, 1, now(), now(),
       CASE WHEN status <> 'queued' THEN now() END, CASE WHEN status = 'interrupted' THEN gen_random_uuid() END,
       CASE WHEN channel = 'email' THEN 'subscriber' END, CASE WHEN channel = 'email' THEN 'example.com' END
     FROM (VALUES ('webhook', 'queued'), ('email', 'queued'), ('webhook', 'interrupted'), ('webhook', 'succeeded'))
       AS kind (channel, status), generate_series(1, $1::integer)`,
    [many],
  );
  await database.query(
    `INSERT INTO api_keys (key_id, account_id, name, key_hash, scopes, created_at, revoked_at)
     SELECT gen_random_uuid(), 1, 'k', sha256(number::text::bytea), '{}', now(), CASE WHEN number > 3 THEN now() END
     FROM generate_series(1, 3000) AS number`,
  );
  await database.query(
    `INSERT INTO audit_log (account_id, entry_id, at, actor_kind, actor_id, action, changes)
     SELECT 1, gen_random_uuid(), now(), 'key', 'k', 'settings.changed', '[]' FROM generate_series(1, 3000)`,
  );
  await database.query('ANALYZE');
}, 60_000);
afterAll(() => database.drop());
beforeEach(() => (scans = []));

/** Expects that tables were read by their indexes alone, and no more rows of any than this by one part of a plan. */
function expectRead(most: number): void {
  expect(scans.length).toBeGreaterThan(0);
  for (const { table, by, rows } of scans)
    expect({ table, by, tooMany: rows > most ? rows : null }).toEqual({
      table,
      by: expect.stringMatching(/^Index( Only)? Scan$/) as string,
      tooMany: null,
    });
}

it('statistics count what waits or was interrupted up to a bound, and read no history', async () => {
  const counts = await new PostgresDeliveryStatistics(reads).since(1, new Date(0));
  expect(counts.map(({ status, count }) => [status, count])).toEqual([
    ['queued', mostCounted],
    ['interrupted', mostCounted],
    ['queued', mostCounted],
  ]);
  expectRead(mostCounted);
});

it('the metrics count the queue up to a bound', async () => {
  await readBacklog(reads);
  expectRead(mostQueued);
});

it('a page of keys reads the keys in use alone, however many were revoked', async () => {
  const keys = new PostgresApiKeyStore(database.database, reads);
  for (const account of [1, null]) expect((await keys.list(account, 50)).items).toHaveLength(3);
  expectRead(4);
});

it('a page of accounts, and of the audit log, reads what it shows and one more', async () => {
  expect((await new PostgresAccountStore(database.database, reads).list(0, 50)).items).toHaveLength(50);
  expect(scans).toMatchObject([{ table: 'accounts' }]);
  expect((await new PostgresAuditLog(database.database, reads).list(1, 50)).items).toHaveLength(50);
  expectRead(51);
});
