/**
 * Gathers outcomes and records them by one statement a few milliseconds later. While the database is away they are kept
 * in memory and recorded when it is back: a webhook that was sent is not forgotten because of an outage. Killed before
 * the record: the claim's lease runs out, and the sweep marks the webhook `interrupted`, which is what it then is.
 */
import type { ActivityLog } from '../ports/activity-log.js';
import type { Claim } from '../ports/event-store.js';
import type { ClaimedDelivery, DeliveryQueue, RecordedOutcome } from '../ports/delivery-queue.js';
import { StorageUnavailable } from '../ports/storage-unavailable.js';

/** How long outcomes gather: long enough for a full statement under load, too short to be seen by a person. */
const gatherMs = 4;
/** The most outcomes of one statement. */
const maximumBatch = 500;
/** How many outcomes may wait before no new delivery is started: about 40 MiB at the usual size. */
const maximumWaiting = 5_000;
const shortestPauseMs = 100;
const longestPauseMs = 2_000;

/** Records outcomes in batches. */
export class OutcomeRecorder {
  private waiting: RecordedOutcome[] = [];
  private running: Promise<void> | null = null;
  private gathering: NodeJS.Timeout | null = null;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly claim: Claim,
    private readonly log: ActivityLog,
    /** Hears of each delivery that needs nothing more: its outcome is recorded, did not count, or can't be recorded. */
    private readonly settled: (delivery: ClaimedDelivery) => void,
  ) {}

  /** True while so many outcomes wait that no new delivery should be started. */
  get isFull(): boolean {
    return this.waiting.length >= maximumWaiting;
  }

  /** How many outcomes wait to be recorded. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /** Takes an outcome, to be recorded soon. */
  add(outcome: RecordedOutcome): void {
    this.waiting.push(outcome);
    this.beginSoon();
  }

  /** Resolves when everything taken so far is recorded. */
  async flush(): Promise<void> {
    while (this.waiting.length > 0 || this.running !== null) {
      if (this.running === null) this.begin();
      await this.running;
    }
  }

  private beginSoon(): void {
    if (this.running !== null || this.waiting.length === 0) return;
    if (this.waiting.length >= maximumBatch) this.begin();
    else this.gathering ??= setTimeout(() => this.begin(), gatherMs);
  }

  private begin(): void {
    if (this.gathering !== null) clearTimeout(this.gathering);
    this.gathering = null;
    if (this.running !== null) return;
    this.running = this.recordOldest().finally(() => {
      this.running = null;
      this.beginSoon();
    });
  }

  /** Records what waits, a full batch at the most; tries until the database takes it. */
  private async recordOldest(): Promise<void> {
    let pauseMs = shortestPauseMs;
    for (;;) {
      const batch = this.waiting.slice(0, maximumBatch);
      try {
        await this.record(batch);
      } catch (error) {
        this.log.trouble('recording outcomes', error);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
        continue;
      }
      this.waiting.splice(0, batch.length);
      for (const { delivery } of batch) this.settled(delivery);
      return;
    }
  }

  /** Records a batch; throws where the database is away. Where one outcome can't be recorded, the others are. */
  private async record(batch: readonly RecordedOutcome[]): Promise<void> {
    const begun = performance.now();
    let dropped: string[];
    try {
      dropped = await this.queue.record(this.claim, batch);
    } catch (error) {
      if (error instanceof StorageUnavailable) throw error;
      if (batch.length === 1) {
        await this.recordWithoutResponse(batch[0]!, error);
        return;
      }
      const half = batch.length >> 1;
      await this.record(batch.slice(0, half));
      await this.record(batch.slice(half));
      return;
    }
    this.log.recordedBatch(batch.length, performance.now() - begun);
    for (const id of dropped) this.log.dropped(id);
    const gone = new Set(dropped);
    for (const outcome of batch) if (!gone.has(outcome.delivery.deliveryId)) this.log.recorded(outcome);
  }

  /** What the other side answered is the one part that is not ours: without it, the outcome itself is still kept. */
  private async recordWithoutResponse(outcome: RecordedOutcome, error: unknown): Promise<void> {
    this.log.trouble(`recording the response of delivery ${outcome.delivery.deliveryId}`, error);
    const bare = { ...outcome, attempt: { ...outcome.attempt, response: null } };
    try {
      const dropped = await this.queue.record(this.claim, [bare]);
      if (dropped.length > 0) this.log.dropped(outcome.delivery.deliveryId);
      else this.log.recorded(bare);
    } catch (secondError) {
      if (secondError instanceof StorageUnavailable) throw secondError;
      this.log.trouble(`recording delivery ${outcome.delivery.deliveryId}`, secondError);
    }
  }
}
