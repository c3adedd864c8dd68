import type { DeliveryFilter, EventFilter } from '@belfry/application';
import { deliveryStatuses } from '@belfry/domain';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { pinnedSettings } from '../database/session.js';
import { rowsPerLook } from './bounded-list.js';
import { deliveryListStatement } from './delivery-list.js';
import { PostgresDeliveryLog } from './delivery-log.js';
import { eventListStatement } from './event-list.js';
import { PostgresEventStore } from './event-store.js';

/** Three looks and a half. */
const history = rowsPerLook * 3.5;
const secondMs = 1_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(`INSERT INTO accounts VALUES (1, 'Acme', NULL, 'pat@acme.example.com', now(), now())`);
  await database.query(
    `WITH numbered AS (
       SELECT number, ('01a20000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid AS id
       FROM generate_series(1, $1::integer) AS number
     ), stored AS (
       INSERT INTO events SELECT 1, id, 'run_failed', 'production', '{}', to_timestamp(number) FROM numbered
     )
     INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, status, attempts,
       next_attempt_at, created_at, finished_at, recipient_role, recipient_domain)
     SELECT 1, id, id, 'run_failed', CASE number WHEN 1 THEN 'email' ELSE 'webhook' END, 'https://hooks.example.com/',
       CASE WHEN number = 1 THEN 'queued' WHEN number % 2 = 0 THEN 'failed' ELSE 'succeeded' END, 1, now(),
       to_timestamp(number), CASE number WHEN 1 THEN NULL ELSE now() END, CASE number WHEN 1 THEN 'subscriber' END,
       CASE number WHEN 1 THEN 'example.com' END
     FROM numbered`,
    [history],
  );
  await database.query('ANALYZE');
}, 60_000);
afterAll(() => database.drop());

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Runs a statement as the connections of the product do, and answers the nodes of its plan with what each did. */
async function ran({ text, values }: { text: string; values: readonly unknown[] }): Promise<PlanNode[]> {
  const [row] = await database.database.statement<{ 'QUERY PLAN': [{ Plan: PlanNode }] | string }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    values,
  );
  const answer = row!['QUERY PLAN'];
  const [{ Plan }] = (typeof answer === 'string' ? JSON.parse(answer) : answer) as [{ Plan: PlanNode }];
  const all = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(all)];
  return all(Plan);
}

/** The most rows that one part of the plan has read, those that it left out again included. */
function mostRead(nodes: readonly PlanNode[]): number {
  return Math.max(
    ...nodes.map(
      (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    ),
  );
}

const filters: DeliveryFilter[] = [undefined, ...deliveryStatuses].flatMap((status) =>
  ([undefined, 'webhook', 'email'] as const).flatMap((channel) =>
    [undefined, 'tenant_created'].flatMap((eventType) =>
      [undefined, new Date(secondMs), new Date(4_000 * secondMs)].flatMap((from) =>
        [undefined, new Date(2 * secondMs)].map((to) => ({ status, channel, eventType, from, to })),
      ),
    ),
  ),
);
const middle = '01a20000-0000-7000-8000-000000002000';

it('every filter of deliveries, and every combination, reads a look at most, by an index alone', async () => {
  expect(pinnedSettings).toContain('enable_seqscan');
  for (const filter of [...filters, ...filters.map((each) => ({ ...each, eventId: middle }))])
    for (const before of [undefined, middle]) {
      const nodes = await ran(deliveryListStatement(1, filter, 50, before));
      expect({ filter, before, read: mostRead(nodes) }).toEqual({ filter, before, read: expect.any(Number) });
      expect(mostRead(nodes)).toBeLessThanOrEqual(rowsPerLook);
      expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    }
}, 120_000);

it('every filter of events, and every combination, reads a look at most, by an index alone', async () => {
  const ofEvents: EventFilter[] = filters.filter(
    ({ status, channel }) => status === undefined && channel === undefined,
  );
  for (const filter of ofEvents)
    for (const before of [undefined, middle]) {
      const nodes = await ran(eventListStatement(1, filter, 50, before));
      expect(mostRead(nodes)).toBeLessThanOrEqual(rowsPerLook);
      expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    }
}, 60_000);

it('a page without a match is empty and leads on, until the one delivery that matches is found', async () => {
  const log = new PostgresDeliveryLog(database.database);
  const pages: number[] = [];
  let before: string | undefined;
  for (;;) {
    const { items, next } = await log.list(1, { channel: 'email' }, 50, before);
    pages.push(items.length);
    if (next === null) break;
    before = next;
  }
  expect(pages).toEqual([0, 0, 0, 1]);
});

it('a page is full where the matches are near, and the pages hold each match once', async () => {
  const log = new PostgresDeliveryLog(database.database);
  const first = await log.list(1, { status: 'failed', channel: 'webhook' }, 50);
  expect(first.items).toHaveLength(50);
  const found = new Set<string>();
  let before: string | undefined;
  for (;;) {
    const { items, next } = await log.list(1, { status: 'failed' }, 200, before);
    for (const { deliveryId } of items) found.add(deliveryId);
    if (next === null) break;
    before = next;
  }
  expect(found.size).toBe(history / 2);
});

it('what is queued is found at once, however long the history', async () => {
  const log = new PostgresDeliveryLog(database.database);
  for (const filter of [{ status: 'queued' }, { status: 'queued', channel: 'email' }] as const)
    expect(await log.list(1, filter, 50)).toMatchObject({ items: [{ channel: 'email' }], next: null });
});

it('events of a type that nothing has are looked for page by page', async () => {
  const events = new PostgresEventStore(database.database);
  const { items, next } = await events.list(1, { eventType: 'tenant_created' }, 50);
  expect(items).toEqual([]);
  expect(next).not.toBeNull();
});

it('an account that does not exist has no deliveries and no events, even where rows of it are left', async () => {
  await database.query('UPDATE accounts SET account_id = 2 WHERE account_id = 1');
  try {
    const log = new PostgresDeliveryLog(database.database);
    const events = new PostgresEventStore(database.database);
    expect(await log.list(1, {}, 50)).toEqual({ items: [], next: null });
    expect(await log.find(1, middle)).toBeNull();
    expect(await events.list(1, {}, 50)).toEqual({ items: [], next: null });
    expect(await events.find(1, middle)).toBeNull();
  } finally {
    await database.query('UPDATE accounts SET account_id = 1 WHERE account_id = 2');
  }
});
