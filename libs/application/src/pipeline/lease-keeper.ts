/**
 * Keeps this worker's hold on what it sends, and ends the hold of workers that died.
 *
 * A lease is renewed three times in its length while its delivery is under way, until its outcome is recorded, at a stop
 * too. Every half of the length, leases that ran out are ended: those of the dead, and those of a delivery that this
 * worker dropped by a fault of its own.
 */
import { newId } from '../identifiers.js';
import type { ActivityLog } from '../ports/activity-log.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { ClaimedDelivery, DeliveryQueue, EndedDelivery, Lease } from '../ports/delivery-queue.js';
import { longestPauseMs } from './outcome-recorder.js';

/** Leases that could not be renewed are tried again as soon. */
const againMs = 1_000;

/**
 * For how long the database must have served this process before it ends others' leases, in milliseconds. After an outage
 * no lease was renewed, and living workers are about to record what they sent: theirs are not the leases of the dead.
 */
const servedForMs = longestPauseMs + 1_000;

/** Renews this worker's leases and ends those that ran out. */
export class LeaseKeeper {
  /** This worker, and how long its leases hold. */
  readonly lease: Lease;
  /** What was started and is not recorded yet, by id: its leases are renewed, and no others. */
  private readonly underWay = new Map<string, ClaimedDelivery>();
  private timers: Timer[] = [];
  /** When the database last failed this process, or its start: by `elapsedMs`. */
  private failedAt = -Infinity;
  private sweepSoon: Timer | undefined;
  private renewSoon: Timer | undefined;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly clock: Clock,
    private readonly log: ActivityLog,
    /** How long a lease holds without being renewed: the longest send and a margin. */
    leaseMs: number,
    /** Hears of the deliveries of dead workers that are queued again. */
    private readonly requeued: (deliveries: readonly EndedDelivery[]) => void,
  ) {
    this.lease = { worker: newId(), leaseMs };
  }

  /** A delivery is under way from here on. */
  hold(delivery: ClaimedDelivery): void {
    this.underWay.set(delivery.deliveryId, delivery);
  }

  /** It is no longer: its outcome is recorded, or will never be known. */
  letGo({ deliveryId }: ClaimedDelivery): void {
    this.underWay.delete(deliveryId);
  }

  /** Begins to renew and to sweep. */
  run(): void {
    // Others may have lived through an outage that has just let this process start.
    this.noteFailure();
    const { leaseMs } = this.lease;
    this.timers = [
      this.clock.every(leaseMs / 3, () => this.renew()),
      this.clock.every(leaseMs / 2, () => this.sweep()),
    ];
    this.sweep();
  }

  /** Ends both. Nothing must be under way any more. */
  stop(): void {
    for (const timer of this.timers) timer.cancel();
    this.sweepSoon?.cancel();
    this.renewSoon?.cancel();
  }

  /** The database has just failed this process. */
  noteFailure(): void {
    this.failedAt = this.clock.elapsedMs();
  }

  /** Renews the leases of what is under way; where the database does not, tries again before others may end them. */
  private renew(): void {
    this.renewSoon?.cancel();
    this.queue.renew(this.lease, [...this.underWay.values()]).catch((error: unknown) => {
      this.renewSoon = this.clock.after(againMs, () => this.renew());
      this.noteFailure();
      this.log.failed('renewing leases', error);
    });
  }

  /** Ends leases that ran out; not while the database has only just come back. */
  private sweep(): void {
    const waitMs = this.failedAt + servedForMs - this.clock.elapsedMs();
    if (waitMs > 0) {
      this.sweepSoon?.cancel();
      this.sweepSoon = this.clock.after(waitMs, () => this.sweep());
      return;
    }
    this.queue.sweep().then(
      (swept) => {
        if (swept.interrupted.length + swept.requeued.length > 0) this.log.swept(swept);
        if (swept.requeued.length > 0) this.requeued(swept.requeued);
      },
      (error: unknown) => {
        this.noteFailure();
        this.log.failed('sweeping ended leases', error);
      },
    );
  }
}
