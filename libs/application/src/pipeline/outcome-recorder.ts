/**
 * Gathers outcomes and records them by one statement a few milliseconds later. While the database does not serve they are
 * kept in memory and recorded when it does: a webhook that was sent is not forgotten because of an outage. Killed before
 * the record: the lease runs out, and the sweep marks the webhook `interrupted`, which is what it then is.
 */
import type { ActivityLog } from '../ports/activity-log.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { ClaimedDelivery, DeliveryQueue, Lease, RecordedOutcome } from '../ports/delivery-queue.js';
import { StorageUnavailable } from '../ports/storage-unavailable.js';
import { RefusedOutcomes } from './refused-outcomes.js';

/** How long outcomes gather: long enough for a full statement under load, too short to be seen by a person. */
const gatherMs = 4;
/** The most outcomes of one statement. */
const maximumBatch = 500;
/** How many outcomes may wait before no new delivery is started: about 40 MiB at the usual size. */
const maximumWaiting = 5_000;
const shortestPauseMs = 100;
/** The longest pause before what the database did not take is tried again, in milliseconds. */
export const longestPauseMs = 2_000;

/** Hears how deliveries end. */
export interface RecordListener {
  /** A delivery needs nothing more: its outcome is recorded, did not count, or can't be recorded. */
  settled(delivery: ClaimedDelivery): void;
  /** The database did not take outcomes, which wait. */
  failed(): void;
}

/** Records outcomes in batches. */
export class OutcomeRecorder {
  private waiting: RecordedOutcome[] = [];
  private running: Promise<void> | null = null;
  private gathering: Timer | null = null;
  /** Halved while the database refuses, so that one outcome that it never takes does not hold up the others. */
  private batchSize = maximumBatch;
  private readonly refused: RefusedOutcomes;
  /** What of the batch under way needs no other try. */
  private readonly dealtWith = new Set<RecordedOutcome>();

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly lease: Lease,
    private readonly clock: Clock,
    private readonly log: ActivityLog,
    private readonly listener: RecordListener,
  ) {
    this.refused = new RefusedOutcomes(
      clock,
      (outcome) => this.add(outcome),
      ({ delivery }, error) => {
        log.failed(`recording delivery ${delivery.deliveryId}`, error);
        listener.settled(delivery);
      },
    );
  }

  /** True while so many outcomes wait that no new delivery should be started. */
  get isFull(): boolean {
    return this.waitingCount >= maximumWaiting;
  }

  /** How many outcomes wait to be recorded. */
  get waitingCount(): number {
    return this.waiting.length + this.refused.count;
  }

  /** Takes an outcome, to be recorded soon. */
  add(outcome: RecordedOutcome): void {
    this.waiting.push(outcome);
    this.beginSoon();
  }

  /** Resolves when everything taken so far is recorded. What the database refuses for its own sake is tried once more. */
  async flush(): Promise<void> {
    this.refused.tryLastTime();
    while (this.waiting.length > 0 || this.running !== null) {
      if (this.running === null) this.begin();
      await this.running;
    }
  }

  private beginSoon(): void {
    if (this.running !== null || this.waiting.length === 0) return;
    if (this.waiting.length >= maximumBatch) this.begin();
    else this.gathering ??= this.clock.after(gatherMs, () => this.begin());
  }

  private begin(): void {
    this.gathering?.cancel();
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
      const batch = this.waiting.slice(0, this.batchSize);
      try {
        await this.record(batch);
      } catch (error) {
        this.listener.failed();
        this.log.failed('recording outcomes', error);
        this.waiting = this.waiting.filter((outcome) => !this.dealtWith.has(outcome));
        this.dealtWith.clear();
        if (error instanceof StorageUnavailable && error.fault === 'refusing') this.makeWayForOthers(batch);
        await this.clock.pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
        continue;
      }
      this.waiting.splice(0, batch.length);
      this.dealtWith.clear();
      this.batchSize = Math.min(this.batchSize * 2, maximumBatch);
      return;
    }
  }

  /** Tries fewer next time; where one alone was refused, another one. */
  private makeWayForOthers(batch: readonly RecordedOutcome[]): void {
    if (batch.length === 1) this.waiting.push(...this.waiting.splice(0, 1));
    else this.batchSize = batch.length >> 1;
  }

  /** Records a batch; throws where the database does not serve. Where one outcome can't be recorded, the others are. */
  private async record(batch: readonly RecordedOutcome[]): Promise<void> {
    const begun = this.clock.elapsedMs();
    let dropped: string[];
    try {
      dropped = await this.queue.record(this.lease, batch);
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
    this.log.recordedBatch(batch.length, this.clock.elapsedMs() - begun);
    for (const outcome of batch) this.dealtWith.add(outcome);
    this.settle(batch, dropped);
  }

  /** What the other side answered is the one part that is not ours: without it, the outcome itself is still kept. */
  private async recordWithoutResponse(outcome: RecordedOutcome, error: unknown): Promise<void> {
    this.log.failed(`recording the response of delivery ${outcome.delivery.deliveryId}`, error);
    const bare = { ...outcome, attempt: { ...outcome.attempt, response: null } };
    try {
      this.settle([bare], await this.queue.record(this.lease, [bare]));
    } catch (secondError) {
      if (secondError instanceof StorageUnavailable) throw secondError;
      this.refused.keep(outcome, secondError);
    }
    this.dealtWith.add(outcome);
  }

  private settle(batch: readonly RecordedOutcome[], dropped: readonly string[]): void {
    for (const id of dropped) this.log.dropped(id);
    const gone = new Set(dropped);
    for (const outcome of batch) {
      if (!gone.has(outcome.delivery.deliveryId)) this.log.recorded(outcome);
      this.refused.forget(outcome.delivery);
      this.listener.settled(outcome.delivery);
    }
  }
}
