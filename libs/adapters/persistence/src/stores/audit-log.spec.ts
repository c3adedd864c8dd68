import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresAuditLog } from './audit-log.js';

let database: TestDatabase;
let log: PostgresAuditLog;
beforeAll(async () => {
  database = await createTestDatabase();
  log = new PostgresAuditLog(database.database);
});
afterAll(() => database.drop());
beforeEach(() => database.query('TRUNCATE audit_log'));

/** Keeps entries of this many bytes each, the later ones with the greater ids. */
const keep = (sizes: readonly number[]) =>
  database.query(
    `INSERT INTO audit_log (account_id, entry_id, at, actor_kind, actor_id, action, changes)
     SELECT 1, ('01a20000-0000-7000-8000-' || lpad(to_hex(place), 12, '0'))::uuid, now(), 'key', 'k', 'settings.changed',
       json_build_array(json_build_object('pointer', '/a', 'before', NULL, 'after', repeat('x', size)))
     FROM unnest($1::integer[]) WITH ORDINALITY AS entry (size, place)`,
    [sizes],
  );

async function pages(limit: number): Promise<number[]> {
  const sizes: number[] = [];
  let before: string | undefined;
  for (;;) {
    const { items, next } = await log.list(1, limit, before);
    sizes.push(items.length);
    if (next === null) return sizes;
    before = next;
  }
}

it('a page of the audit log ends with the entry that takes it past 256 KiB, and the next one goes on', async () => {
  await keep(Array.from({ length: 20 }, () => 100_000));
  expect(await pages(200)).toEqual([3, 3, 3, 3, 3, 3, 2]);
});

it('an entry larger than a page is a page of its own', async () => {
  await keep([10, 5_000_000, 10]);
  expect(await pages(200)).toEqual([2, 1]);
});

it('small entries fill a page to its limit', async () => {
  await keep(Array.from({ length: 7 }, () => 10));
  expect(await pages(3)).toEqual([3, 3, 1]);
  expect(await pages(7)).toEqual([7]);
});
