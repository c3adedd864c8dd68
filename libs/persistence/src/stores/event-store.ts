import {
  EventStore,
  StorageUnavailable,
  type Appended,
  type Claim,
  type DeliverySummary,
  type EventFilter,
  type EventSummary,
  type IntakeSnapshot,
  type NewEvent,
} from '@belfry/application';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../database/database.js';
import type { Run } from '../database/statement.js';
import { OutcomeUnknown } from '../database/transaction.js';
import { idsAround } from '../database/uuid-bounds.js';
import { DeliveryEntity, EventEntity } from '../entities/index.js';
import { readOutcome, snapshotStatement, storeEvents, type SnapshotRow } from './append-statements.js';
import { deliverySummary } from './delivery-log.js';
import { settleKeys } from './idempotency.js';
import { readSettings } from './settings-store.js';

/**
 * How long to ask what became of a commit that was not answered. A publisher is waiting: longer than a server's restart
 * takes would be too long, and giving up sooner would answer 503 to what may have been stored. The last question may
 * take the time limit of a connection more.
 */
const askFor = { ms: 5_000, everyMs: 250 };

/** Events and their deliveries in PostgreSQL. */
export class PostgresEventStore extends EventStore {
  constructor(private readonly database: Database) {
    super();
  }

  async append(
    accountIds: readonly number[],
    claim: Claim,
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
            await storeEvents(hasWritten ? run : runLast, claim, fresh);
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
    return this.database.entities(async (manager) => {
      const event = await manager
        .createQueryBuilder(EventEntity, 'event')
        .addSelect('event.payload')
        .where({ accountId, eventId })
        .getOne();
      if (event === null) return null;
      const deliveries = await manager.find(DeliveryEntity, {
        where: { accountId, eventId },
        order: { deliveryId: 'ASC' },
      });
      return {
        ...eventSummary(event),
        payload: event.payload,
        deliveries: deliveries.map((row) => deliverySummary(row, event.environment)),
      };
    });
  }

  async list(
    accountId: number,
    filter: EventFilter,
    limit: number,
    before?: string,
  ): Promise<EventSummary[]> {
    const { low, high } = idsAround(filter.from, filter.to);
    const rows = await this.database.entities((manager) => {
      const query = manager.createQueryBuilder(EventEntity, 'event').where({ accountId });
      if (filter.eventType !== undefined)
        query.andWhere('event.event_type = :type', { type: filter.eventType });
      if (filter.from !== undefined) query.andWhere('event.accepted_at >= :from', { from: filter.from });
      if (filter.to !== undefined) query.andWhere('event.accepted_at < :to', { to: filter.to });
      if (low !== null) query.andWhere('event.event_id >= :low', { low });
      if (high !== null) query.andWhere('event.event_id < :high', { high });
      if (before !== undefined) query.andWhere('event.event_id < :before', { before });
      return query.orderBy('event.event_id', 'DESC').limit(limit).getMany();
    });
    return rows.map(eventSummary);
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
      { account, settings: readSettings(row.account_id, row.webhook_url, row.events) },
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

function eventSummary({ eventId, eventType, environment, accountId, acceptedAt }: EventEntity): EventSummary {
  return { eventId, eventType, environment, accountId, acceptedAt };
}
