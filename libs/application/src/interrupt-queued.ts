import { auditEntry } from './access/audit.js';
import type { Principal } from './access/principal.js';
import { newId } from './identifiers.js';
import type { Clock } from './ports/clock.js';
import type { QueuedWebhooks, WebhookPlace } from './ports/queued-webhooks.js';

/** How many webhooks of an account were interrupted. */
export interface InterruptedAccount {
  readonly accountId: number;
  readonly interrupted: number;
  /** How many of these were not queued but being sent. */
  readonly beingSent: number;
}

/** How many are interrupted by one transaction: some milliseconds, so that what else uses the table does not wait. */
const batchSize = 1_000;

/**
 * After a backup was restored, what is queued or being sent in it may have been received since the backup was made, and
 * nothing there can tell. A webhook is sent once, so these become `interrupted`: perhaps received, and sent again only if a person
 * redelivers them. Mails stay queued: a doubled alert is better than a lost one, and its `Message-ID` is the same.
 */
export class InterruptQueued {
  constructor(
    private readonly webhooks: QueuedWebhooks,
    private readonly clock: Clock,
  ) {}

  /**
   * Interrupts all webhooks that are queued, or were being sent when the backup was made, and were created before this
   * time (default: now); answers how many, by account in ascending order. Each batch is one transaction with an entry in
   * the audit log of each account: killed half-way, what was interrupted stays so, and the next call does the rest.
   */
  async createdBefore(actor: Principal, time: Date = this.clock.now()): Promise<InterruptedAccount[]> {
    const interruption = newId();
    const queued = new Map<number, number>();
    let after: WebhookPlace | null = { accountId: 0, deliveryId: nilId };
    while (after !== null) {
      const found: readonly WebhookPlace[] = await this.webhooks.interrupt(
        { createdBefore: time, after, limit: batchSize, interruption },
        (count) => auditEntry(actor, 'deliveries.interrupted', {}, { queued_webhooks: count }),
      );
      countInto(queued, found);
      after = found.length < batchSize ? null : found.at(-1)!;
    }
    const sending = new Map<number, number>();
    let found: readonly WebhookPlace[];
    do {
      found = await this.webhooks.interruptSending({ createdBefore: time, limit: batchSize }, (count) =>
        auditEntry(actor, 'deliveries.interrupted', {}, { webhooks_being_sent: count }),
      );
      countInto(sending, found);
    } while (found.length === batchSize);
    return [...new Set([...queued.keys(), ...sending.keys()])]
      .sort((one, other) => one - other)
      .map((accountId) => {
        const beingSent = sending.get(accountId) ?? 0;
        return { accountId, interrupted: (queued.get(accountId) ?? 0) + beingSent, beingSent };
      });
  }
}

function countInto(totals: Map<number, number>, found: readonly WebhookPlace[]): void {
  for (const { accountId } of found) totals.set(accountId, (totals.get(accountId) ?? 0) + 1);
}

/** The Nil UUID (RFC 9562 section 5.9), which comes before every other. */
const nilId = '00000000-0000-0000-0000-000000000000';
