import { openDatabase } from '../database/open-database.js';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { Database } from '../database/database.js';
import { audit } from '../stores/audit-entry.fixture.js';
import { PostgresAccountStore } from '../stores/account-store.js';
import { PostgresEventStore } from '../stores/event-store.js';
import { account, leaseOf, mail, newEvent, webhook } from '../stores/events.fixture.js';
import { PostgresDeliveryQueue } from './delivery-queue.js';
import { capacity, outcome } from './queue.fixture.js';

/** The plans of the prepared statements, made while every table is empty and kept whatever is stored later. */
async function plansForEmptyTables(): Promise<Map<string, string>> {
  const { url, drop } = await createEmptyDatabase();
  const dataSource = await openDatabase({ databaseUrl: url, poolSize: 1 }, () => undefined);
  const database = new Database(dataSource);
  await new PostgresAccountStore(database).put(account(1), audit);
  await database.statement(
    `UPDATE notification_settings SET webhook_url = 'https://hooks.example.com/in',
       events = '{"run_failed": {"send_webhook": true, "email_subscribers": []}}'`,
    [],
  );
  const queue = new PostgresDeliveryQueue(database);
  const lease = leaseOf();
  const event = newEvent(1, { deliveries: [webhook(), mail()] });
  await new PostgresEventStore(database).append([1], lease, () => [event]);
  await queue.claim('email', lease, capacity(10));
  const { deliveries } = await queue.claim('webhook', lease, capacity(10));
  await queue.record(
    lease,
    deliveries.map((delivery) => outcome(delivery, { status: 'succeeded' })),
  );

  const statement = <Row>(text: string) => database.statement<Row>(text, []);
  await statement('TRUNCATE deliveries, events, attempts, delivery_statistics');
  await statement('SET plan_cache_mode = force_generic_plan');
  const plans = new Map<string, string>();
  for (const { name, parameters } of await statement<{ name: string; parameters: number }>(
    'SELECT name, cardinality(parameter_types) AS parameters FROM pg_prepared_statements',
  )) {
    const nulls = Array.from({ length: parameters }, () => 'NULL').join(', ');
    const lines = await statement<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE "${name}" (${nulls})`);
    plans.set(name.replace(/_[0-9a-f]+$/, ''), lines.map((line) => line['QUERY PLAN']).join('\n'));
  }
  await dataSource.destroy();
  await drop();
  return plans;
}

describe('the statements of the hot path', () => {
  let plans: Map<string, string>;
  beforeAll(async () => (plans = await plansForEmptyTables()));

  it('are prepared, each of them', () => {
    expect([...plans.keys()].toSorted()).toEqual([
      'claim_mails',
      'claim_webhooks',
      'record_outcomes',
      'snapshot',
      'store_events',
    ]);
  });

  it('read by keys alone, by a plan made for empty tables too', () => {
    for (const plan of plans.values()) {
      expect(plan).not.toMatch(/Seq Scan|Bitmap|Hash|Merge/);
    }
  });

  it('find a delivery by both parts of its key, so that an account with a million of them costs nothing more', () => {
    const key = 'Index Scan using deliveries_pkey on deliveries';
    for (const [name, look] of Object.entries({ record_outcomes: 1, claim_webhooks: 1, claim_mails: 2 })) {
      const found = plans
        .get(name)!
        .split('\n')
        .flatMap((line, place, lines) => (line.includes(key) ? [lines[place + 1]] : []));
      expect(found).toHaveLength(look);
      for (const condition of found) expect(condition).toMatch(/account_id = .* AND \(delivery_id = /);
    }
    expect(plans.get('snapshot')).toMatch(
      /deliveries_queued_webhooks on deliveries .*\n *Index Cond: \(account_id = asked\.account_id\)/,
    );
  });
});
