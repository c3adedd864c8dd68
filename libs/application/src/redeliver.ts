import { auditEntry } from './access/audit.js';
import type { Principal } from './access/principal.js';
import { newId } from './identifiers.js';
import type { Dispatcher } from './pipeline/dispatcher.js';
import type {
  QueuedRedeliveries,
  Redeliveries,
  RedeliveryAllowances,
  RedeliveryFilter,
  RedeliveryResult,
} from './ports/redeliveries.js';

/** The answer to a request for one redelivery, with its id if it was queued. */
export type RedeliverResult =
  | { readonly status: 'queued'; readonly deliveryId: string }
  | Exclude<RedeliveryResult, { status: 'queued' }>;

/** The answer to a request for many. */
export interface RedeliverManyResult {
  readonly redelivered: number;
  /** Mails to addresses that get mails of their event type no more: they are left as they are. */
  readonly passedOver: number;
  /** The account's limit that ended the call, where one did. */
  readonly limited: QueuedRedeliveries['limited'];
}

/** How many are queued by one transaction. */
const batchSize = 500;

/** Redelivers what a person asks for, and nothing else: never automatically. */
export class Redeliver {
  constructor(
    private readonly redeliveries: Redeliveries,
    private readonly dispatcher: Dispatcher,
    private readonly allowances: RedeliveryAllowances,
  ) {}

  /** Queues a new delivery of the old one's event; refused while the old one is under way. */
  async one(accountId: number, deliveryId: string, actor: Principal): Promise<RedeliverResult> {
    const redeliveryId = newId();
    const audit = auditEntry(actor, 'deliveries.redelivered', null, {
      redelivered: 1,
      redelivery_of: deliveryId,
    });
    const result = await this.redeliveries.redeliver(
      accountId,
      deliveryId,
      redeliveryId,
      this.allowances,
      audit,
    );
    if (result.status !== 'queued') return result;
    this.dispatcher.wake();
    return { status: 'queued', deliveryId: redeliveryId };
  }

  /**
   * Queues a new delivery of everything that matches, except what was
   * redelivered before: asking twice delivers once. Ends where the account's limit is reached. Killed half-way, what was
   * queued stays, and asking again does the rest.
   */
  async many(accountId: number, filter: RedeliveryFilter, actor: Principal): Promise<RedeliverManyResult> {
    const { eventType, ...others } = filter;
    const asked = Object.fromEntries(
      Object.entries({ ...others, event_type: eventType }).filter(([, value]) => value !== undefined),
    );
    const entryId = newId();
    let redelivered = 0;
    let passedOver = 0;
    let after: string | null = null;
    let limited: QueuedRedeliveries['limited'] = null;
    do {
      const newIds = Array.from({ length: batchSize }, () => newId());
      const before = redelivered;
      const batch: QueuedRedeliveries = await this.redeliveries.redeliverMatching(
        accountId,
        filter,
        newIds,
        after,
        this.allowances,
        // One entry for all of it, which grows with each transaction: it tells the truth wherever this ends.
        (count) => ({
          ...auditEntry(actor, 'deliveries.redelivered', null, { redelivered: before + count, ...asked }),
          entryId,
        }),
      );
      redelivered += batch.queued;
      passedOver += batch.passedOver;
      if (batch.queued > 0) this.dispatcher.wake();
      ({ next: after, limited } = batch);
    } while (after !== null);
    return { redelivered, passedOver, limited };
  }
}
