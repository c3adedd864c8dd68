/**
 * Starts deliveries, within the limits of their channel. They come to it in two ways: the intake hands over in memory
 * what it stored under this process's lease (`reserve`, then `start`), and each channel's queue claims what is queued,
 * when it is told of it (`wake`) and once a second.
 */
import { channels, type Channel } from '@belfry/domain';
import type { ActivityLog } from '../ports/activity-log.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { ClaimedDelivery, DeliveryQueue, Lease } from '../ports/delivery-queue.js';
import type { QueueSignal } from '../ports/queue-signal.js';
import { mailPolicy, webhookPolicy } from './channel-policies.js';
import { ChannelQueue } from './channel-queue.js';
import type { Deliverer } from './delivery-channels.js';
import type { LaneLimits, Seat } from './lane.js';
import { LeaseKeeper } from './lease-keeper.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import type { Place, QueueContext } from './queue-context.js';

/** The dispatcher's limits and intervals. */
export interface DispatcherOptions {
  readonly webhooks: LaneLimits;
  readonly mails: LaneLimits;
  /** How long a lease holds without being renewed: the longest send and a margin, in milliseconds. */
  readonly leaseMs: number;
  /** False in a process that starts no deliveries: it stores everything as queued. */
  readonly sendsDeliveries: boolean;
}

/** An idle process asks the queue this often. */
const pollMs = 1_000;

/** Starts deliveries within the limits. */
export class Dispatcher {
  private readonly queues: Readonly<Record<Channel, ChannelQueue>>;
  private readonly recorder: OutcomeRecorder;
  private readonly leases: LeaseKeeper;
  private running = false;
  private poll: Timer | undefined;
  /** Who waits for a delivery to be settled, by its id. */
  private readonly awaited = new Map<string, (error?: Error) => void>();

  constructor(
    queue: DeliveryQueue,
    private readonly deliverer: Deliverer,
    private readonly signal: QueueSignal,
    private readonly clock: Clock,
    private readonly log: ActivityLog,
    private readonly options: DispatcherOptions,
  ) {
    this.leases = new LeaseKeeper(queue, clock, log, options.leaseMs, (deliveries) =>
      this.wake(new Set(deliveries.map(({ channel }) => channel))),
    );
    this.recorder = new OutcomeRecorder(queue, this.lease, clock, log, {
      settled: (delivery) => {
        this.leases.letGo(delivery);
        this.awaited.get(delivery.deliveryId)?.();
      },
      failed: () => this.leases.noteFailure(),
    });
    const context: QueueContext = {
      queue,
      lease: this.lease,
      clock,
      log,
      mayStart: () => this.running && !this.recorder.isFull,
      send: (delivery) => this.send(delivery),
      failed: (doing, error) => {
        this.leases.noteFailure();
        log.failed(doing, error);
      },
    };
    this.queues = {
      webhook: new ChannelQueue(webhookPolicy(options.webhooks, clock), context),
      email: new ChannelQueue(mailPolicy(options.mails), context),
    };
  }

  /** This process's hold on what it sends. */
  get lease(): Lease {
    return this.leases.lease;
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

  /** Begins to claim and to start deliveries; does nothing in a process that sends none. */
  run(): void {
    if (!this.options.sendsDeliveries || this.running) return;
    this.running = true;
    this.leases.run();
    this.signal.listen((channel) => this.queues[channel].wake());
    const poll = () => channels.forEach((channel) => this.queues[channel].poll());
    this.poll = this.clock.every(pollMs, poll);
    poll();
  }

  /** Takes a place for a delivery that is about to be stored under this process's lease; null where there is none. */
  reserve(channel: Channel, seat: Seat): Place | null {
    if (!this.running || this.recorder.isFull) return null;
    return this.queues[channel].reserve(seat);
  }

  /**
   * Takes a place for something that is sent now, in a process that sends deliveries or not, as soon as there is one.
   * Answers null where there is none for `waitMs` milliseconds.
   */
  reserveWithin(channel: Channel, seat: Seat, waitMs: number): Promise<Place | null> {
    return this.queues[channel].reserveWithin(seat, waitMs);
  }

  /** Starts deliveries whose places were taken and which are stored under this process's lease. */
  start(deliveries: readonly ClaimedDelivery[]): void {
    for (const delivery of deliveries) void this.queues[delivery.channel].start(delivery);
  }

  /**
   * Starts one delivery in this place. `sent` resolves when its outcome is known, `recorded` when that is recorded too;
   * `recorded` rejects where it could not be sent, by a fault of our own.
   */
  startAlone(delivery: ClaimedDelivery, { seat }: Place): { sent: Promise<void>; recorded: Promise<void> } {
    const { deliveryId, channel } = delivery;
    const recorded = new Promise<void>((resolve, reject) => {
      this.awaited.set(deliveryId, (error) => (error === undefined ? resolve() : reject(error)));
    }).finally(() => this.awaited.delete(deliveryId));
    return { sent: this.queues[channel].start(delivery, seat), recorded };
  }

  /** Something was queued for these channels: it is claimed as soon as there is room, here or in another process. */
  wake(queuedFor: Iterable<Channel> = channels): void {
    for (const channel of queuedFor) {
      const queue = this.queues[channel];
      if (!this.running || queue.lane.free === 0) this.signal.announce(channel);
      queue.wake();
    }
  }

  /**
   * Stops in order: claims nothing more, gives back what was claimed and not begun, finishes what is in flight, records
   * it. Resolves when nothing of this worker is left under way.
   */
  async stop(): Promise<void> {
    this.running = false;
    this.poll?.cancel();
    await Promise.all(Object.values(this.queues).map((queue) => queue.stop()));
    await this.recorder.flush();
    // Last, since leases are renewed until the last outcome is recorded.
    this.leases.stop();
  }

  private async send(delivery: ClaimedDelivery): Promise<void> {
    this.leases.hold(delivery);
    try {
      this.recorder.add(await this.deliverer.deliver(delivery));
    } catch (error) {
      // Not an outcome but a fault of our own: the lease runs out, and the sweep says what is known of the delivery.
      this.leases.letGo(delivery);
      this.log.failed(`delivering ${delivery.deliveryId}`, error);
      this.awaited.get(delivery.deliveryId)?.(error as Error);
    }
  }
}
