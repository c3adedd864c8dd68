import { checkEvent, type EventCatalogue, type EventInput, type Problem } from '@belfry/domain';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Intake, IntakeResult } from './pipeline/event-intake.js';
import type { IdempotencyKey } from './ports/event-store.js';

/** Who publishes. */
export interface Publisher {
  /** What its idempotency keys are its own by: the id of its API key. */
  readonly id: string;
  /** The one account that the publisher may publish for, or null: all of them. */
  readonly accountId: number | null;
}

/** The result of publishing one event. */
export type PublishResult =
  IntakeResult | { readonly status: 'invalid'; readonly problems: readonly Problem[] };

/** Takes events from publishers: checks them, and answers once they and their deliveries are durably stored. */
export class PublishEvent {
  constructor(
    private readonly intake: Intake,
    private readonly catalogue: EventCatalogue,
  ) {}

  /** Publishes one event. With an idempotency key, a second call within 24 hours gets the first one's answer. */
  async publish(input: unknown, publisher: Publisher, idempotencyKey?: string): Promise<PublishResult> {
    const checked = checkEvent(input, this.catalogue);
    if (!checked.ok) return { status: 'invalid', problems: checked.problems };
    // An account that the publisher may not see is answered like one that does not exist.
    if (publisher.accountId !== null && publisher.accountId !== checked.value.account_id) {
      return { status: 'unknown_account' };
    }
    return this.intake.submit(checked.value, claimFor(checked.value, publisher, idempotencyKey));
  }

  /**
   * Publishes many events, each on its own: one that is refused does not stop the others. With an idempotency key each
   * event is remembered by the key and its place; `firstPlace` is that of the first, where they are a part of more.
   */
  publishBatch(
    inputs: readonly unknown[],
    publisher: Publisher,
    idempotencyKey?: string,
    firstPlace = 0,
  ): Promise<PublishResult[]> {
    return Promise.all(
      inputs.map((input, index) =>
        this.publish(
          input,
          publisher,
          // A line break stands in no key that a publisher gives: no single event's key is the same.
          idempotencyKey === undefined ? undefined : `${idempotencyKey}\n${firstPlace + index}`,
        ),
      ),
    );
  }
}

function claimFor(input: EventInput, publisher: Publisher, key: string | undefined): IdempotencyKey | null {
  if (key === undefined) return null;
  return { scope: spaceOf(publisher.id), key, inputHash: sha256(utf8ToBytes(JSON.stringify(input))) };
}

/**
 * The space in which a publisher's idempotency keys are its own: a number below 0 made of its id, of 53 bits, for the
 * integers of the language are exact no further. Two of a million API keys share one with a chance of one in 18,000; and
 * nobody chooses the id of a key.
 */
function spaceOf(publisherId: string): number {
  const bytes = sha256(utf8ToBytes(publisherId));
  const number = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0) >> 11n;
  return -Number(number) - 1;
}
