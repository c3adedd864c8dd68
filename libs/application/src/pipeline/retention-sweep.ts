/**
 * Deletes what is older than the retention, in small batches with pauses between them: a batch
 * holds its locks for a few milliseconds, and the queue never waits for it. Killed in the middle, the next run goes on.
 */
import type { ActivityLog } from '../ports/activity-log.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Retention } from '../ports/retention.js';

const dayMs = 24 * 60 * 60 * 1000;
/** How often a process looks for what is old. */
const intervalMs = 10 * 60 * 1000;
/** The first look comes soon after the start, so that a process that never lives long still cleans up. */
const firstLookMs = 30 * 1000;
/** Events, entries or keys of one batch. */
const batchSize = 200;
/** The pause after each batch: deleting takes a fraction of the database's time, not all of it. */
const pauseMs = 50;

/** For how many days things are kept. */
export interface RetentionDays {
  /** Events with their deliveries, and statistics. */
  readonly events: number;
  /** The audit log, and keys that were revoked. */
  readonly audit: number;
}

/** Runs the retention in the background. */
export class RetentionSweep {
  private timer: Timer | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly retention: Retention,
    private readonly clock: Clock,
    private readonly log: ActivityLog,
    private readonly days: RetentionDays,
  ) {}

  /** Begins to look for what is old, now and then. */
  run(): void {
    this.schedule(firstLookMs);
  }

  /** Ends after the batch that is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await this.running;
  }

  /** Deletes everything that is old now; answers how many events that were. */
  async sweep(): Promise<number> {
    const before = this.daysAgo(this.days.events);
    const total = await this.inSteps(0, (after) => this.retention.deleteEvents(before, batchSize, after));
    const unaudited = this.daysAgo(this.days.audit);
    await this.inSteps(-1, (after) => this.retention.deleteAuditEntries(unaudited, batchSize, after));
    await this.inSteps(0, async () => {
      const deleted = await this.retention.deleteRevokedKeys(unaudited, batchSize);
      return { deleted, next: deleted === batchSize ? 0 : null };
    });
    await this.retention.deleteLeftovers(before);
    return total;
  }

  /** Takes step after step, with a pause between them, until there is no next one; answers how many were deleted. */
  private async inSteps(
    start: number,
    step: (after: number) => Promise<{ readonly deleted: number; readonly next: number | null }>,
  ): Promise<number> {
    let total = 0;
    let after: number | null = start;
    while (after !== null && !this.stopped) {
      const { deleted, next } = await step(after);
      total += deleted;
      after = next;
      if (after !== null) await this.clock.pause(pauseMs);
    }
    return total;
  }

  private daysAgo(days: number): Date {
    return new Date(this.clock.now().getTime() - days * dayMs);
  }

  private schedule(inMs: number): void {
    this.timer = this.clock.after(inMs, () => {
      this.running = this.sweep()
        .then((deleted) => {
          if (deleted > 0) this.log.retired(deleted);
        })
        .catch((error: unknown) => this.log.failed('deleting old events', error))
        .finally(() => {
          if (!this.stopped) this.schedule(intervalMs);
        });
    });
  }
}
