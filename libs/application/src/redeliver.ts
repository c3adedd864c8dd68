import { channels, parseWith, timestampText, type EventCatalogue, type Problem } from '@belfry/domain';
import { auditEntry } from './access/audit.js';
import type { Principal } from './access/principal.js';
import { newId } from './identifiers.js';
import { z } from 'zod';
import type { Dispatcher } from './pipeline/dispatcher.js';
import type { Redeliveries, RedeliveryResult } from './ports/redeliveries.js';

/** What came of asking for one redelivery: where it was queued, its id. */
export type RedeliverResult =
  | { readonly status: 'queued'; readonly deliveryId: string }
  | Exclude<RedeliveryResult, { status: 'queued' }>;

/** What came of asking for many. */
export type RedeliverManyResult =
  | { readonly status: 'queued'; readonly redelivered: number }
  | { readonly status: 'invalid'; readonly problems: readonly Problem[] };

/** How many are queued by one transaction. */
const batchSize = 500;

/** Delivers again what a person asks for: never by itself. */
export class Redeliver {
  private readonly filterSchema;

  constructor(
    private readonly redeliveries: Redeliveries,
    private readonly dispatcher: Dispatcher,
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
    const result = await this.redeliveries.redeliver(accountId, deliveryId, redeliveryId, audit);
    if (result.status !== 'queued') return result;
    this.dispatcher.notice();
    return { status: 'queued', deliveryId: redeliveryId };
  }

  /**
   * Queues a new delivery of everything that matches `{status, channel?, event_type?, from?, to?}`, except what was
   * redelivered before: asking twice delivers once. Killed half-way, what was queued stays, and asking again does the
   * rest.
   */
  async many(accountId: number, input: unknown, actor: Principal): Promise<RedeliverManyResult> {
    const parsed = parseWith(this.filterSchema, input);
    if (!parsed.ok) return { status: 'invalid', problems: parsed.problems };
    const { event_type: eventType, ...rest } = parsed.value;
    const asked = Object.fromEntries(Object.entries(parsed.value).filter(([, value]) => value !== undefined));
    const entryId = newId();
    let redelivered = 0;
    let after: string | null = null;
    do {
      const newIds = Array.from({ length: batchSize }, () => newId());
      const before = redelivered;
      const { queued, next }: { queued: number; next: string | null } =
        await this.redeliveries.redeliverMatching(
          accountId,
          { ...rest, eventType },
          newIds,
          after,
          // One entry for all of it, which grows with each transaction: it tells the truth wherever this ends.
          (count) => ({
            ...auditEntry(actor, 'deliveries.redelivered', null, { redelivered: before + count, ...asked }),
            entryId,
          }),
        );
      redelivered += queued;
      if (queued > 0) this.dispatcher.notice();
      after = next;
    } while (after !== null);
    return { status: 'queued', redelivered };
  }
}
