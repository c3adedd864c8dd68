import {
  EventStore,
  StorageUnavailable,
  type Appended,
  type Lease,
  type DeliverySummary,
  type EventFilter,
  type EventSummary,
  type IntakeSnapshot,
  type ListPage,
  type NewEvent,
} from '@belfry/application';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../database/database.js';
import type { Run } from '../database/statement.js';
import { OutcomeUnknown } from '../database/transaction.js';
import type { Reads } from '../database/read-database.js';
import { readOutcome, snapshotStatement, storeEvents, type SnapshotRow } from './append-statements.js';
import { boundedPage } from './bounded-list.js';
import { deliveryColumns, deliverySummary, type DeliveryRow } from './delivery-list.js';
import { eventListStatement, eventSummary, type EventRow, type ListedEvent } from './event-list.js';
import { settleKeys } from './idempotency.js';

/**
 * How long to ask what happened to a commit that was not answered. A publisher is waiting: longer than a server's restart
 * takes would be too long, and giving up sooner would answer 503 to what may have been stored. The last question may
 * take the time limit of a connection more.
 */
const askFor = { ms: 5_000, everyMs: 250 };

/**
 * An event has one webhook and some mails; redelivered again and again it may have any number. The list of deliveries has
 * them all.
 */
const mostDeliveriesShown = 200;

/** Events and their deliveries in PostgreSQL. */
export class PostgresEventStore extends EventStore {
  constructor(
    private readonly database: Database,
    private readonly reads: Reads = database,
  ) {
    super();
  }

  async append(
    accountIds: readonly number[],
    lease: Lease,
    plan: (snapshot: IntakeSnapshot) => readonly NewEvent[],
  ): Promise<Appended[]> {
    let stored:
      { readonly transaction: string; readonly first: NewEvent; readonly appended: Appended[] } | undefined;
    try {
      return await this.database.shortTransaction<SnapshotRow, Appended[]>(
        snapshotStatement,
        [accountIds],
        async (rows, { run, runLast }) => {
          const events = plan(snapshotOf(rows));
          const appended = await settleKeys(run, events);
          const fresh = events.filter((_event, index) => appended[index]!.outcome === 'stored');
          if (fresh.length > 0) {
            stored = { transaction: rows[0]!.transaction, first: fresh[0]!, appended };
            const hasWritten = events.some(({ idempotency }) => idempotency !== null);
            await storeEvents(hasWritten ? run : runLast, lease, fresh);
          }
          return appended;
        },
      );
    } catch (error) {
      if (!(error instanceof OutcomeUnknown) || stored === undefined) throw error;
      const { transaction, first, appended } = stored;
      if (await this.wasCommitted(transaction, first)) return appended;
      throw error;
    }
  }

  async find(
    accountId: number,
    eventId: string,
  ): Promise<(EventSummary & { readonly payload: string; readonly deliveries: DeliverySummary[] }) | null> {
    const [event] = await this.reads.statement<EventRow & { readonly payload: string }>(
      `SELECT event_id, event_type, environment, account_id, accepted_at, payload
       FROM accounts JOIN events USING (account_id) WHERE account_id = $1 AND event_id = $2`,
      [accountId, eventId],
    );
    if (event === undefined) return null;
    const deliveries = await this.reads.statement<Omit<DeliveryRow, 'environment'>>(
      `SELECT * FROM (
         SELECT ${deliveryColumns('of_event')}
         FROM (SELECT * FROM deliveries WHERE event_id = $2 OFFSET 0) AS of_event WHERE account_id = $1
         ORDER BY delivery_id DESC LIMIT ${mostDeliveriesShown}) AS newest
       ORDER BY delivery_id`,
      [accountId, eventId],
    );
    return {
      ...eventSummary(event),
      payload: event.payload,
      deliveries: deliveries.map((row) => deliverySummary({ ...row, environment: event.environment })),
    };
  }

  async list(
    accountId: number,
    filter: EventFilter,
    limit: number,
    before?: string,
  ): Promise<ListPage<EventSummary>> {
    const { text, values } = eventListStatement(accountId, filter, limit, before);
    return boundedPage(await this.reads.statement<ListedEvent>(text, values), limit, eventSummary);
  }

  /** Asks, on fresh connections, until it is known; answers false where it is known not to be, or can't be found out. */
  private async wasCommitted(transaction: string, { event }: NewEvent): Promise<boolean> {
    const run: Run = (...statement) => this.database.statement(...statement);
    const end = performance.now() + askFor.ms;
    while (performance.now() < end) {
      try {
        const outcome = await readOutcome(run, transaction, event.accountId, event.eventId);
        if (outcome !== 'not known yet') return outcome === 'stored';
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
      }
      await pause(askFor.everyMs);
    }
    return false;
  }
}

function snapshotOf(rows: readonly SnapshotRow[]): IntakeSnapshot {
  const accounts = rows.map((row) => {
    const account = {
      accountId: row.account_id,
      accountName: row.account_name,
      primaryContact: { name: row.contact_name, email: row.contact_email },
    };
    return [
      row.account_id,
      { account, settings: { accountId: row.account_id, webhookUrl: row.webhook_url, events: row.events } },
    ] as const;
  });
  return {
    accounts: new Map(accounts),
    accountsWithQueuedWebhooks: new Set(
      rows.filter((row) => row.webhooks_queued).map((row) => row.account_id),
    ),
    mailsAreQueued: rows.some((row) => row.mails_queued),
  };
}
