/**
 * Starts deliveries, within the limits of their channel. They come to it in two ways: the intake hands over in memory
 * what it stored as claimed for this process (`reserve`, then `start`), and the queue is asked for what is queued. The
 * queue is asked when there is reason to believe that it holds something (`notice`), and otherwise once a second.
 *
 * A worker's claims carry a lease that it renews while it lives; `sweep` ends the claims of workers that died.
 */
import { channels, type Channel } from '@belfry/domain';
import { newId } from '../identifiers.js';
import type { ActivityLog } from '../ports/activity-log.js';
import type { Capacity, ClaimedDelivery, DeliveryQueue, RecordedOutcome } from '../ports/delivery-queue.js';
import type { QueueSignal } from '../ports/queue-signal.js';
import type { Claim } from '../ports/event-store.js';
import type { Deliverer } from './delivery-channels.js';
import { Lane, type LaneKey, type LaneLimits } from './lane.js';
import { longestPauseMs, OutcomeRecorder } from './outcome-recorder.js';

/** The dispatcher's limits and intervals. */
export interface DispatcherOptions {
  readonly webhooks: LaneLimits;
  readonly mails: LaneLimits;
  /** How long a claim holds without being renewed: the longest send and a margin. */
  readonly leaseMs: number;
  /** False in a process that starts no deliveries: it stores everything as queued. */
  readonly works: boolean;
}

/** An idle process asks the database this often; leases that it could not renew are tried again as soon. */
const pollMs = 1_000;
/** How long freed places gather before they are claimed for, in milliseconds; many make a claim at once. */
const gatherMs: Record<Channel, number> = { webhook: 4, email: 25 };
/** How many a claim asks for that does not know of more: the places it asks for are kept from the intake meanwhile. */
const firstLook = 16;

/**
 * For how long the database must have served this process before it ends others' leases, in milliseconds. After an outage
 * no lease was renewed, and living workers are about to record what they sent: theirs are not the leases of the dead.
 */
const servedForMs = longestPauseMs + 1_000;

/** Starts deliveries within the limits. */
export class Dispatcher {
  /** This process's worker, and how long its claims hold. */
  readonly claim: Claim;
  private readonly lanes: Record<Channel, Lane>;
  private readonly recorder: OutcomeRecorder;
  private readonly believesQueued: Record<Channel, boolean> = { webhook: true, email: true };
  /** Whether the last claim got as many as it asked for, and that was more than a few. */
  private readonly foundMany: Record<Channel, boolean> = { webhook: false, email: false };
  /** Accounts or recipient domains that were at their limit when the queue was last looked at: more of them may be queued. */
  private readonly cutShort: Record<Channel, Set<LaneKey>> = { webhook: new Set(), email: new Set() };
  private readonly claiming: Partial<Record<Channel, Promise<void>>> = {};
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly inFlight = new Set<Promise<void>>();
  /** What was started and is not recorded yet, by id: its leases are renewed, and no others. */
  private readonly underWay = new Map<string, ClaimedDelivery>();
  /** When mails behind those of domains at their limit were last looked for: such a look reads past all of these. */
  private lookedBehindAt = -Infinity;
  /** Where the next claim of webhooks begins: accounts take turns. */
  private nextAccount = 0;
  private readonly soon: Partial<Record<Channel, NodeJS.Timeout>> = {};
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
    this.claim = { worker: newId(), leaseMs: options.leaseMs };
    this.lanes = { webhook: new Lane(options.webhooks), email: new Lane(options.mails) };
    this.recorder = new OutcomeRecorder(
      queue,
      this.claim,
      log,
      ({ deliveryId }) => {
        this.underWay.delete(deliveryId);
        this.awaited.get(deliveryId)?.();
      },
      () => this.noteTrouble(),
    );
  }

  /** True from `run` until `stop`. */
  get isRunning(): boolean {
    return this.running;
  }

  /** How many deliveries of a channel are in flight in this process. */
  inFlightOf(channel: Channel): number {
    return this.lanes[channel].inFlight;
  }

  /** How many deliveries of a channel may be in flight in this process. */
  limitOf(channel: Channel): number {
    return this.lanes[channel].limits.inFlight;
  }

  /** How many outcomes of this process wait to be recorded: many while the database is away. */
  get outcomesWaiting(): number {
    return this.recorder.waitingCount;
  }

  /** Begins to claim and to start deliveries; does nothing in a process that does not work. */
  run(): void {
    if (!this.options.works || this.running) return;
    this.running = true;
    this.every(pollMs, () => this.poll());
    this.every(this.options.leaseMs / 3, () => this.inBackground('renewing leases', () => this.renew()));
    this.every(this.options.leaseMs / 2, () =>
      this.inBackground('sweeping ended leases', () => this.sweep()),
    );
    // Others may have lived through an outage that has just let this process start.
    this.noteTrouble();
    this.inBackground('sweeping ended leases', () => this.sweep());
    this.signal.listen((channel) => this.lookAgain(channel));
    this.poll();
  }

  /** Takes a place for a delivery that is about to be stored as claimed by this process; false where there is none. */
  reserve(channel: Channel, key: LaneKey): boolean {
    return this.running && !this.recorder.isFull && this.lanes[channel].tryEnter(key);
  }

  /** Gives back a place that `reserve` took: the delivery was not stored. */
  cancel(channel: Channel, key: LaneKey): void {
    this.lanes[channel].leave(key);
  }

  /** Starts deliveries whose places were reserved and whose claims are durable. */
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
  notice(queuedFor: Iterable<Channel> = channels): void {
    for (const channel of queuedFor) {
      if (!this.running || this.lanes[channel].free === 0) this.signal.announce(channel);
      this.lookAgain(channel);
    }
  }

  /**
   * Stops in order: claims nothing more, gives back what was claimed and not begun, finishes what is in flight, records
   * it. Resolves when nothing of this worker is left under way.
   */
  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(Object.values(this.claiming));
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
    await this.recorder.flush();
    // Last, since leases are renewed until the last outcome is recorded.
    for (const channel of channels) clearTimeout(this.soon[channel]);
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.sweepSoon);
    clearTimeout(this.renewSoon);
  }

  private async attempt(delivery: ClaimedDelivery): Promise<void> {
    const lane = this.lanes[delivery.channel];
    try {
      this.recorder.add(await this.channels.deliver(delivery));
    } catch (error) {
      // Not an outcome but a fault of our own: the lease runs out, and the sweep says what is known of the delivery.
      this.underWay.delete(delivery.deliveryId);
      this.log.trouble(`delivering ${delivery.deliveryId}`, error);
    } finally {
      const key = keyOf(delivery);
      lane.leave(key);
      if (this.cutShort[delivery.channel].has(key)) this.believesQueued[delivery.channel] = true;
      if (lane.isWorthAClaim(key)) this.claimFor(delivery.channel);
      else this.claimSoon(delivery.channel);
    }
  }

  private lookAgain(channel: Channel): void {
    this.believesQueued[channel] = true;
    this.claimFor(channel);
  }

  private poll(): void {
    for (const channel of channels) if (this.lanes[channel].free > 0) this.lookAgain(channel);
  }

  /** Waits a moment for more places to be free: claims of one or two cost a statement each. */
  private claimSoon(channel: Channel): void {
    this.soon[channel] ??= setTimeout(() => {
      delete this.soon[channel];
      this.claimFor(channel);
    }, gatherMs[channel]);
  }

  private claimFor(channel: Channel): void {
    if (!this.running || !this.believesQueued[channel] || this.claiming[channel] !== undefined) return;
    if (this.lanes[channel].free === 0 || this.recorder.isFull) return;
    this.claiming[channel] = this.claimUntilEmpty(channel).then(
      () => {
        delete this.claiming[channel];
        // Something may have been noticed after the last look.
        if (this.believesQueued[channel]) this.claimSoon(channel);
      },
      (error: unknown) => {
        delete this.claiming[channel];
        this.noteTrouble();
        this.log.trouble('claiming deliveries', error);
      },
    );
  }

  /** Claims and starts until all of the queue was looked at, or little room is left. */
  private async claimUntilEmpty(channel: Channel): Promise<void> {
    const lane = this.lanes[channel];
    let limit = this.foundMany[channel] ? lane.free : Math.min(lane.free, firstLook);
    let ends = 0;
    const passed = new Set<LaneKey>();
    while (this.running && limit > 0 && !this.recorder.isFull) {
      this.believesQueued[channel] = false;
      const begun = performance.now();
      const { deliveries, sawTheBeginning, sawTheEnd } = await this.claimOnce(channel, limit, passed);
      if (deliveries.length > 0) this.log.claimed(deliveries.length, performance.now() - begun);
      if (!this.running) {
        await this.queue.release(this.claim, deliveries);
        return;
      }
      for (const delivery of deliveries) lane.enter(keyOf(delivery));
      this.start(deliveries);
      const isFilled = deliveries.length === limit;
      this.foundMany[channel] = isFilled && limit >= firstLook;
      if (sawTheEnd) ends += 1;
      // What is left after a look from the beginning to the end is of those that were cut short. Looks that began in the
      // middle of the accounts come by the end twice until they have seen all.
      if (!isFilled && sawTheEnd && (sawTheBeginning || ends === 2)) return;
      // While more is queued than there is room for, freed places gather: a claim for each would cost a statement each.
      limit = !isFilled || lane.hasMuchRoom ? lane.free : 0;
    }
    if (this.running) this.believesQueued[channel] = true;
  }

  /** One claim, for which the keys in `passed` are at their limit; adds to them. */
  private async claimOnce(
    channel: Channel,
    limit: number,
    passed: Set<LaneKey>,
  ): Promise<{ deliveries: ClaimedDelivery[]; sawTheBeginning: boolean; sawTheEnd: boolean }> {
    const lane = this.lanes[channel];
    const { perKey } = lane.limits;
    const inFlight = new Map(lane.inFlightByKey);
    for (const key of passed) inFlight.set(key, perKey);
    const capacity: Capacity = { limit, perKey, inFlight };
    lane.hold(limit);
    try {
      if (channel === 'email') {
        if (passed.size > 0) this.lookedBehindAt = performance.now();
        const deliveries = await this.queue.claimMails(this.claim, capacity);
        const { atLimit, brought } = keysAtLimit(capacity, deliveries);
        // A claim reads some of the oldest. They may all have been of a domain that it brought to its limit.
        const sawAll = brought.length === 0;
        this.noteCutShort(channel, atLimit, sawAll && passed.size === 0);
        for (const key of brought) passed.add(key);
        const sawTheEnd = sawAll || performance.now() - this.lookedBehindAt < pollMs;
        return { deliveries, sawTheBeginning: true, sawTheEnd };
      }
      const after = this.nextAccount;
      const { deliveries, next } = await this.queue.claimWebhooks(this.claim, capacity, after);
      this.nextAccount = next;
      this.noteCutShort(channel, keysAtLimit(capacity, deliveries).atLimit, after === 0 && next === 0);
      return { deliveries, sawTheBeginning: after === 0, sawTheEnd: next === 0 };
    } finally {
      lane.drop(limit);
    }
  }

  /** Notes which keys got all that their limit left them; others have nothing queued, where the look was a whole one. */
  private noteCutShort(channel: Channel, atLimit: readonly LaneKey[], sawAll: boolean): void {
    const keys = this.cutShort[channel];
    if (sawAll) keys.clear();
    for (const key of atLimit) keys.add(key);
  }

  /** Renews the leases of what is under way; where the database does not, tries again before others may end them. */
  private async renew(): Promise<void> {
    clearTimeout(this.renewSoon);
    try {
      await this.queue.renew(this.claim, [...this.underWay.values()]);
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
    if (swept.requeued.length > 0) this.notice(['email']);
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
      this.log.trouble(doing, error);
    });
  }
}

/** The keys that are at their limit after a claim, and those of them that it brought there. */
function keysAtLimit(
  { perKey, inFlight }: Capacity,
  deliveries: readonly ClaimedDelivery[],
): { atLimit: LaneKey[]; brought: LaneKey[] } {
  const counts = new Map(inFlight);
  for (const delivery of deliveries) counts.set(keyOf(delivery), (counts.get(keyOf(delivery)) ?? 0) + 1);
  const atLimit = [...counts.keys()].filter((key) => counts.get(key)! >= perKey);
  return { atLimit, brought: atLimit.filter((key) => (inFlight.get(key) ?? 0) < perKey) };
}

function keyOf(delivery: ClaimedDelivery): LaneKey {
  return delivery.recipientDomain ?? delivery.accountId;
}
