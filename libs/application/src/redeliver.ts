import { channels, parseWith, timestampText, type EventCatalogue, type Problem } from '@belfry/domain';
import { auditEntry } from './access/audit.js';
import type { Principal } from './access/principal.js';
import { newId } from './identifiers.js';
import { z } from 'zod';
import type { Dispatcher } from './pipeline/dispatcher.js';
import type {
  QueuedRedeliveries,
  Redeliveries,
  RedeliveryAllowances,
  RedeliveryResult,
} from './ports/redeliveries.js';

/** What came of asking for one redelivery: where it was queued, its id. */
export type RedeliverResult =
  | { readonly status: 'queued'; readonly deliveryId: string }
  | Exclude<RedeliveryResult, { status: 'queued' }>;

/** What came of asking for many. */
export type RedeliverManyResult =
  | {
      readonly status: 'queued';
      readonly redelivered: number;
      /** Mails to addresses that get mails of their event type no more: they are left as they are. */
      readonly passedOver: number;
      /** The account's limit that ended the call, where one did. */
      readonly limited: QueuedRedeliveries['limited'];
    }
  | { readonly status: 'invalid'; readonly problems: readonly Problem[] };

/** How many are queued by one transaction. */
const batchSize = 500;

/** Delivers again what a person asks for: never by itself. */
export class Redeliver {
  private readonly filterSchema;

  constructor(
    private readonly redeliveries: Redeliveries,
    private readonly dispatcher: Dispatcher,
    private readonly allowances: RedeliveryAllowances,
    catalogue: EventCatalogue,
  ) {
    const oneOf = <const Word extends string>(words: readonly Word[]) =>
      z.enum(words, {
        error: (issue) =>
          `${issue.input === undefined ? 'is required: ' : ''}must be one of ${words.join(', ')}`,
      });
    const time = timestampText.transform((text) => new Date(text));
    this.filterSchema = z.strictObject(
      {
        status: oneOf(['failed', 'interrupted']),
        channel: oneOf(channels).optional(),
        event_type: oneOf(catalogue.keys).optional(),
        from: time.optional(),
        to: time.optional(),
      },
      { error: 'must be an object' },
    );
  }

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
   * Queues a new delivery of everything that matches `{status, channel?, event_type?, from?, to?}`, except what was
   * redelivered before: asking twice delivers once. Ends where the account's limit is reached. Killed half-way, what was
   * queued stays, and asking again does the rest.
   */
  async many(accountId: number, input: unknown, actor: Principal): Promise<RedeliverManyResult> {
    const parsed = parseWith(this.filterSchema, input);
    if (!parsed.ok) return { status: 'invalid', problems: parsed.problems };
    const { event_type: eventType, ...rest } = parsed.value;
    const asked = Object.fromEntries(Object.entries(parsed.value).filter(([, value]) => value !== undefined));
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
        { ...rest, eventType },
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
    return { status: 'queued', redelivered, passedOver, limited };
  }
}
