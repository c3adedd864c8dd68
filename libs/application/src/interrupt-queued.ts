import { auditEntry } from './access/audit.js';
import type { Principal } from './access/principal.js';
import { newId } from './identifiers.js';
import type { Clock } from './ports/clock.js';
import type { QueuedWebhooks, WebhookPlace } from './ports/queued-webhooks.js';

/** How many webhooks of an account were interrupted. */
export interface InterruptedAccount {
  readonly accountId: number;
  readonly interrupted: number;
}

/** How many are interrupted by one transaction: some milliseconds, so that what else uses the table does not wait. */
const batchSize = 1_000;

/**
 * After a backup was restored, what is queued in it may have been sent since the backup was made, and nothing there can
 * tell. A webhook is sent once, so these become `interrupted`: perhaps received, and sent again only if a person
 * redelivers them. Mails stay queued: a doubled alert is better than a lost one, and its `Message-ID` is the same.
 */
export class InterruptQueued {
  constructor(
    private readonly webhooks: QueuedWebhooks,
    private readonly clock: Clock,
  ) {}

  /**
   * Interrupts all webhooks that are queued and were created before this time (default: now), and answers how many, by
   * account in ascending order. Each batch is one transaction with an entry in the audit log of each account: killed
   * half-way, what was interrupted stays so, and the next call does the rest.
   */
  async createdBefore(actor: Principal, time: Date = this.clock.now()): Promise<InterruptedAccount[]> {
    const totals = new Map<number, number>();
    const interruption = newId();
    let after: WebhookPlace | null = { accountId: 0, deliveryId: nilId };
    while (after !== null) {
      const found: readonly WebhookPlace[] = await this.webhooks.interrupt(
        { createdBefore: time, after, limit: batchSize, interruption },
        (count) => auditEntry(actor, 'deliveries.interrupted', {}, { queued_webhooks: count }),
      );
      for (const { accountId } of found) totals.set(accountId, (totals.get(accountId) ?? 0) + 1);
      after = found.length < batchSize ? null : found.at(-1)!;
    }
    return [...totals].map(([accountId, interrupted]) => ({ accountId, interrupted }));
  }
}

/** The Nil UUID (RFC 9562 section 5.9), which comes before every other. */
const nilId = '00000000-0000-0000-0000-000000000000';
