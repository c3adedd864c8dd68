import { InterruptQueued, SystemClock } from '@belfry/application';
import { usualEndpoint, type DeliveryState, type QueueUnderTest } from '@belfry/application/conformance';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresAccountStore } from '../stores/account-store.js';
import { PostgresEventStore } from '../stores/event-store.js';
import { account, leaseOf, mail, newEvent, webhook } from '../stores/events.fixture.js';
import { PostgresDeliveryQueue } from './delivery-queue.js';
import { PostgresQueuedWebhooks } from './queued-webhooks.js';
import { audit } from '../stores/audit-entry.fixture.js';

/** A queue on a database of its own, with accounts 1 to 40. */
export interface TestQueue {
  readonly database: TestDatabase;
  readonly queue: PostgresDeliveryQueue;
  readonly events: PostgresEventStore;
  /** Queues this many webhooks for an account, each of an event of its own, and answers their ids in order. */
  queueWebhooks(accountId: number, count: number): Promise<string[]>;
  /** Queues a mail of an account, account 1 unless given, to each of these domains, and answers their ids in order. */
  queueMails(domains: readonly string[], accountId?: number): Promise<string[]>;
}

/** Gives every account, or this one, this endpoint (or none), and turns its webhooks for failed runs on. */
export async function setEndpoints(
  database: Pick<TestDatabase, 'query'>,
  url: string | null,
  accountId: number | null = null,
): Promise<void> {
  const events = { run_failed: { send_webhook: url !== null, email_subscribers: [] } };
  await database.query(
    `UPDATE notification_settings SET webhook_url = $1, events = $2::jsonb
     WHERE account_id = coalesce($3::bigint, account_id)`,
    [url, JSON.stringify(events), accountId],
  );
}

export async function createTestQueue(made?: TestDatabase): Promise<TestQueue> {
  const database = made ?? (await createTestDatabase());
  const events = new PostgresEventStore(database.database);
  const accounts = new PostgresAccountStore(database.database);
  for (let id = 1; id <= 40; id += 1) await accounts.put(account(id), audit);
  await setEndpoints(database, usualEndpoint);

  const store = async (accountId: number, batch: ReturnType<typeof newEvent>[]) => {
    await events.append([accountId], leaseOf(), () => batch);
    return batch.map((event) => event.deliveries[0]!.deliveryId);
  };
  return {
    database,
    events,
    queue: new PostgresDeliveryQueue(database.database),
    queueWebhooks: (accountId, count) =>
      store(
        accountId,
        Array.from({ length: count }, () => newEvent(accountId, { deliveries: [webhook()] })),
      ),
    queueMails: (domains, accountId = 1) =>
      store(
        accountId,
        domains.map((domain) => newEvent(accountId, { deliveries: [mail(domain)] })),
      ),
  };
}

export { capacity, ids, outcome } from '@belfry/application/conformance';

/** How a delivery stands in the table. */
export async function rowOf(database: TestDatabase, deliveryId: string) {
  const [found] = await database.query<{
    status: string;
    reason: string | null;
    worker: string | null;
    attempts: number;
    finished_at: Date | null;
    due: boolean;
    leased: boolean;
  }>(
    `SELECT status, reason, worker, attempts, finished_at, next_attempt_at <= now() AS due,
            lease_expires_at > now() AS leased
     FROM deliveries WHERE delivery_id = $1`,
    [deliveryId],
  );
  return found!;
}

/** The queue of a database, as the port's conformance suite tests it. */
export async function openQueueUnderTest(made: TestDatabase): Promise<QueueUnderTest> {
  const { database, queue, queueWebhooks, queueMails } = await createTestQueue(made);
  const accounts = new PostgresAccountStore(database.database);
  const operator = { kind: 'operator', id: 'cli', accountId: null, scopes: new Set<never>() } as const;
  const interruptQueued = new InterruptQueued(
    new PostgresQueuedWebhooks(database.database),
    new SystemClock(),
  );
  return {
    queue,
    another: async () => new PostgresDeliveryQueue(await database.openAnother()),
    queueWebhooks,
    queueMails,
    setEndpoint: async (accountId, url) => {
      if (accountId > 40) await accounts.put(account(accountId), audit);
      await setEndpoints(database, url, accountId);
    },
    makeDue: async (deliveryId, inSeconds) => {
      await database.query(
        `UPDATE deliveries SET next_attempt_at = now() + $2 * interval '1 second' WHERE delivery_id = $1`,
        [deliveryId, inSeconds],
      );
    },
    pass: async (ms) => {
      await database.query(
        `UPDATE deliveries SET lease_expires_at = lease_expires_at - $1 * interval '1 millisecond',
           next_attempt_at = next_attempt_at - $1 * interval '1 millisecond'`,
        [ms],
      );
    },
    interrupt: async () => {
      await interruptQueued.createdBefore(operator, new Date(Date.now() + 60_000));
    },
    stateOf: async (deliveryId) => {
      const [state] = await database.query<DeliveryState & Record<string, unknown>>(
        'SELECT status, reason, worker, attempts AS attempt FROM deliveries WHERE delivery_id = $1',
        [deliveryId],
      );
      return state!;
    },
    attempts: async () => (await database.query('SELECT FROM attempts')).length,
    clear: async () => {
      await database.query('TRUNCATE events, deliveries, attempts');
      await setEndpoints(database, usualEndpoint);
    },
    close: () => database.drop(),
  };
}
