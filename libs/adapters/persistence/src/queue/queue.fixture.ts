import type { Capacity, ClaimedDelivery, RecordedOutcome } from '@belfry/application';
import { v7 } from 'uuid';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresAccountStore } from '../stores/account-store.js';
import { PostgresEventStore } from '../stores/event-store.js';
import { account, leaseOf, mail, newEvent, webhook } from '../stores/events.fixture.js';
import { PostgresDeliveryQueue } from './delivery-queue.js';
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

/** Gives every account this endpoint (or none), and turns its webhooks for failed runs on. */
export async function setEndpoints(database: Pick<TestDatabase, 'query'>, url: string | null): Promise<void> {
  const events = { run_failed: { send_webhook: url !== null, email_subscribers: [] } };
  await database.query('UPDATE notification_settings SET webhook_url = $1, events = $2::jsonb', [
    url,
    JSON.stringify(events),
  ]);
}

export async function createTestQueue(): Promise<TestQueue> {
  const database = await createTestDatabase();
  const events = new PostgresEventStore(database.database);
  const accounts = new PostgresAccountStore(database.database);
  for (let id = 1; id <= 40; id += 1) await accounts.put(account(id), audit);
  await setEndpoints(database, 'https://hooks.example.com/in?token=s3cret');

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

/** Room for `limit` deliveries, `otherPlaces` of each account (of these, `places`), `perDestination` to each. */
export function capacity(
  limit: number,
  changes: {
    readonly otherPlaces?: number;
    readonly places?: [accountId: number, places: number][];
    readonly slow?: number[];
    readonly perDestination?: number;
    readonly inFlightTo?: readonly (readonly [destination: string, inFlight: number])[];
    readonly keptFromSlow?: number;
  } = {},
): Capacity {
  return {
    limit,
    otherPlaces: changes.otherPlaces ?? limit,
    places: new Map(changes.places),
    slow: new Set(changes.slow),
    destinations: {
      limit: changes.perDestination ?? 10_000,
      inFlight: new Map(changes.inFlightTo),
      keptFromSlow: changes.keptFromSlow ?? 0,
    },
  };
}

export function ids(deliveries: readonly ClaimedDelivery[]): string[] {
  return deliveries.map((delivery) => delivery.deliveryId);
}

/** What came of a claimed delivery: an attempt that ended at 12:00:00.040, and what follows. */
export function outcome(delivery: ClaimedDelivery, next: RecordedOutcome['next']): RecordedOutcome {
  const failed = next.status !== 'succeeded';
  return {
    delivery,
    next,
    attempt: {
      attemptId: v7(),
      startedAt: new Date('2026-11-24T12:00:00.000Z'),
      durationMs: 40,
      outcome: failed ? 'failed' : 'succeeded',
      reason: failed ? 'timeout' : null,
      request: { headers: { 'content-type': 'application/json' }, body: delivery.payload },
      response: failed ? null : { status: 200, headers: { server: 'test' }, body: 'o\0k' },
    },
  };
}

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
