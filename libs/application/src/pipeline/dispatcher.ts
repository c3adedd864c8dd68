/**
 * Starts deliveries, within the limits of their channel. They come to it in two ways: the intake hands over in memory
 * what it stored as claimed for this process (`reserve`, then `start`), and the queue is asked for what is queued
 * (`ChannelQueue`). A test delivery takes its place like any other (`place`).
 *
 * A worker's claims carry a lease that it renews while it lives; `sweep` ends the claims of workers that died.
 */
import { channels, type Channel } from '@belfry/domain';
import { newId } from '../identifiers.js';
import type { ActivityLog } from '../ports/activity-log.js';
import type { ClaimedDelivery, DeliveryQueue, Lease, RecordedOutcome } from '../ports/delivery-queue.js';
import type { QueueSignal } from '../ports/queue-signal.js';
import { mailPolicy, webhookPolicy, type MailLimits } from './channel-policies.js';
import { ChannelQueue, type QueueContext } from './channel-queue.js';
import type { Deliverer } from './delivery-channels.js';
import { seatOf, type LaneLimits, type Seat } from './lane.js';
import { longestPauseMs, OutcomeRecorder } from './outcome-recorder.js';

/** The dispatcher's limits and intervals. */
export interface DispatcherOptions {
  readonly webhooks: LaneLimits;
  readonly mails: MailLimits;
  /** How long a claim holds without being renewed: the longest send and a margin. */
  readonly leaseMs: number;
  /** False in a process that starts no deliveries: it stores everything as queued. */
  readonly sendsDeliveries: boolean;
}

/** An idle process asks the database this often; leases that it could not renew are tried again as soon. */
const pollMs = 1_000;

/**
 * For how long the database must have served this process before it ends others' leases, in milliseconds. After an outage
 * no lease was renewed, and living workers are about to record what they sent: theirs are not the leases of the dead.
 */
const servedForMs = longestPauseMs + 1_000;

/** Starts deliveries within the limits. */
export class Dispatcher {
  /** This process's worker, and how long its claims hold. */
  readonly lease: Lease;
  private readonly queues: Record<Channel, ChannelQueue>;
  private readonly recorder: OutcomeRecorder;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly inFlight = new Set<Promise<void>>();
  /** What was started and is not recorded yet, by id: its leases are renewed, and no others. */
  private readonly underWay = new Map<string, ClaimedDelivery>();
  private running = false;
  /** When the database last failed this process, or its start: by `performance.now()`. */
  private troubledAt = -Infinity;
  private sweepSoon: NodeJS.Timeout | undefined;
  private renewSoon: NodeJS.Timeout | undefined;
  /** Who waits for the outcome of a delivery to be settled, by id. */
  private readonly awaited = new Map<string, () => void>();

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly channels: Deliverer,
    private readonly signal: QueueSignal,
    private readonly log: ActivityLog,
    private readonly options: DispatcherOptions,
  ) {
    this.lease = { worker: newId(), leaseMs: options.leaseMs };
    this.recorder = new OutcomeRecorder(
      queue,
      this.lease,
      log,
      ({ deliveryId }) => {
        this.underWay.delete(deliveryId);
        this.awaited.get(deliveryId)?.();
      },
      () => this.noteTrouble(),
    );
    const context: QueueContext = {
      claim: (channel, capacity, after) => queue.claim(channel, this.lease, capacity, after),
      mayClaim: () => this.running && !this.recorder.isFull,
      start: (deliveries) => this.start(deliveries),
      release: (deliveries) => this.queue.release(this.lease, deliveries),
      looked: ({ deliveries, turnedOff }, databaseMs) => {
        if (deliveries.length > 0) this.log.claimed(deliveries.length, databaseMs);
        if (turnedOff.length > 0) this.log.turnedOff(turnedOff);
      },
      failed: (error) => {
        this.noteTrouble();
        this.log.failed('claiming deliveries', error);
      },
    };
    this.queues = {
      webhook: new ChannelQueue(webhookPolicy(options.webhooks), context),
      email: new ChannelQueue(mailPolicy(options.mails), context),
    };
  }

  /** True from `run` until `stop`. */
  get isRunning(): boolean {
    return this.running;
  }

  /** How many deliveries of a channel are in flight in this process. */
  inFlightOf(channel: Channel): number {
    return this.queues[channel].lane.inFlight;
  }

  /** How many deliveries of a channel may be in flight in this process. */
  limitOf(channel: Channel): number {
    return this.queues[channel].lane.limits.inFlight;
  }

  /** How many outcomes of this process wait to be recorded: many while the database is away. */
  get outcomesWaiting(): number {
    return this.recorder.waitingCount;
  }

  /** Begins to claim and to start deliveries; does nothing in a process that does not work. */
  run(): void {
    if (!this.options.sendsDeliveries || this.running) return;
    this.running = true;
    this.every(pollMs, () => this.poll());
    this.every(this.options.leaseMs / 3, () => this.inBackground('renewing leases', () => this.renew()));
    this.every(this.options.leaseMs / 2, () =>
      this.inBackground('sweeping ended leases', () => this.sweep()),
    );
    // Others may have lived through an outage that has just let this process start.
    this.noteTrouble();
    this.inBackground('sweeping ended leases', () => this.sweep());
    this.signal.listen((channel) => this.queues[channel].lookAgain());
    this.poll();
  }

  /** Takes a place for a delivery that is about to be stored as claimed by this process; false where there is none. */
  reserve(channel: Channel, seat: Seat): boolean {
    return this.running && !this.recorder.isFull && this.queues[channel].lane.tryEnter(seat);
  }

  /** Gives back a place that `reserve` took: the delivery was not stored. */
  cancel(channel: Channel, seat: Seat): void {
    this.queues[channel].leave(seat);
  }

  /**
   * Takes a place for something that is sent now, in a process that sends deliveries or not, as soon as there is one; `leave` is to
   * be called when it has ended. Answers null where there is none for `waitMs` milliseconds.
   */
  async place(channel: Channel, seat: Seat, waitMs: number): Promise<{ leave(): void } | null> {
    const queue = this.queues[channel];
    return (await queue.place(seat, waitMs)) ? { leave: queue.begin(seat) } : null;
  }

  /** Starts deliveries whose places were taken and whose claims are durable. */
  start(deliveries: readonly ClaimedDelivery[]): void {
    for (const delivery of deliveries) {
      this.underWay.set(delivery.deliveryId, delivery);
      const attempt = this.attempt(delivery).finally(() => this.inFlight.delete(attempt));
      this.inFlight.add(attempt);
    }
  }

  /** Records the outcome of a delivery that somebody else carried out under this claim; resolves when it is settled. */
  async record(outcome: RecordedOutcome): Promise<void> {
    const { delivery } = outcome;
    this.underWay.set(delivery.deliveryId, delivery);
    await new Promise<void>((resolve) => {
      this.awaited.set(delivery.deliveryId, resolve);
      this.recorder.add(outcome);
    });
    this.awaited.delete(delivery.deliveryId);
  }

  /** Says for what something was queued: the queue is asked for it as soon as there is room, here or in another process. */
  wake(queuedFor: Iterable<Channel> = channels): void {
    for (const channel of queuedFor) {
      const queue = this.queues[channel];
      if (!this.running || queue.lane.free === 0) this.signal.announce(channel);
      queue.lookAgain();
    }
  }

  /**
   * Stops in order: claims nothing more, gives back what was claimed and not begun, finishes what is in flight, records
   * it. Resolves when nothing of this worker is left under way.
   */
  async stop(): Promise<void> {
    this.running = false;
    const settle = () => Promise.all(Object.values(this.queues).map((queue) => queue.settle()));
    await settle();
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
    await this.recorder.flush();
    // Last, since leases are renewed until the last outcome is recorded.
    await settle();
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.sweepSoon);
    clearTimeout(this.renewSoon);
  }

  private async attempt(delivery: ClaimedDelivery): Promise<void> {
    const leave = this.queues[delivery.channel].begin(seatOf(delivery));
    try {
      this.recorder.add(await this.channels.deliver(delivery));
    } catch (error) {
      // Not an outcome but a fault of our own: the lease runs out, and the sweep says what is known of the delivery.
      this.underWay.delete(delivery.deliveryId);
      this.log.failed(`delivering ${delivery.deliveryId}`, error);
    } finally {
      leave();
    }
  }

  private poll(): void {
    for (const channel of channels) this.queues[channel].lookAgain();
    this.inBackground('looking for mails whose pause is over', async () => {
      if ((await this.queue.endPauses()) > 0) this.queues.email.lookAgain();
    });
  }

  /** Renews the leases of what is under way; where the database does not, tries again before others may end them. */
  private async renew(): Promise<void> {
    clearTimeout(this.renewSoon);
    try {
      await this.queue.renew(this.lease, [...this.underWay.values()]);
    } catch (error) {
      this.renewSoon = setTimeout(() => this.inBackground('renewing leases', () => this.renew()), pollMs);
      throw error;
    }
  }

  /** Ends leases that ran out; not while the database has only just come back. */
  private async sweep(): Promise<void> {
    const waitMs = this.troubledAt + servedForMs - performance.now();
    if (waitMs > 0) {
      clearTimeout(this.sweepSoon);
      this.sweepSoon = setTimeout(
        () => this.inBackground('sweeping ended leases', () => this.sweep()),
        waitMs,
      );
      return;
    }
    const swept = await this.queue.sweep();
    if (swept.interrupted.length + swept.requeued.length === 0) return;
    this.log.swept(swept);
    if (swept.requeued.length > 0) this.wake(['email']);
  }

  private noteTrouble(): void {
    this.troubledAt = performance.now();
  }

  private every(intervalMs: number, act: () => void): void {
    this.timers.push(setInterval(act, intervalMs));
  }

  private inBackground(doing: string, act: () => Promise<void>): void {
    act().catch((error: unknown) => {
      this.noteTrouble();
      this.log.failed(doing, error);
    });
  }
}
