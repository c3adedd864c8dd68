/**
 * One channel's deliveries in this process: who has a place, what is being sent, and when the queue is asked for more.
 *
 * | mode     | meaning                                   | what ends it                                                        |
 * | -------- | ----------------------------------------- | ------------------------------------------------------------------- |
 * | idle     | all that is queued was seen, and nothing  | `wake` (something was queued, a second has passed), or the end of a |
 * |          | of it could start                         | delivery that somebody was cut short by: waiting                    |
 * | waiting  | something may be queued                   | much room, or a few milliseconds after a place is free: claiming    |
 * | claiming | a claim is on its way; the places that it | the whole queue was seen, and all claimed for which there was room, |
 * |          | asks for are kept for it                  | or the claim failed: idle. No room is left: waiting                 |
 *
 * A claim is a statement, so freed places gather before one is made. `wake` during a claim is not lost: the claim looks
 * again. Where deliveries may not be started (`mayStart`), the mode stays what it is.
 */
import type { Timer } from '../ports/clock.js';
import type { Capacity, ClaimedDelivery, Look, Turn } from '../ports/delivery-queue.js';
import type { ChannelPolicy } from './channel-policies.js';
import { CutShort } from './cut-short.js';
import { seatOf, type Lane, type Seat } from './lane.js';
import type { Place, QueueContext } from './queue-context.js';

/** How many a claim asks for that does not know of more: the places it asks for are kept from the intake. */
const firstLook = 16;
/** How long freed places of slow accounts gather: what takes so long may wait a moment for the next. */
const slowGatherMs = 50;

/** One channel's places and its part of the queue. */
export class ChannelQueue {
  private mayHaveQueued = true;
  private claiming: Promise<void> | null = null;
  private soon: { readonly timer: Timer; readonly at: number } | null = null;
  /** Whether the last claim got as many as it asked for, and that was more than a few. */
  private foundMany = false;
  private readonly cutShort: CutShort;
  /** Whose turn ended the last look; undefined: the next begins at the front. */
  private next: Turn | undefined;
  private readonly sending = new Set<Promise<void>>();
  private waitingForPlace: { readonly seat: Seat; readonly enter: () => void }[] = [];

  constructor(
    private readonly policy: ChannelPolicy,
    private readonly context: QueueContext,
  ) {
    this.cutShort = new CutShort(policy);
  }

  /** The places. */
  get lane(): Lane {
    return this.policy.lane;
  }

  /** What the queue is about: see above. */
  get mode(): 'idle' | 'waiting' | 'claiming' {
    if (this.claiming !== null) return 'claiming';
    return this.mayHaveQueued ? 'waiting' : 'idle';
  }

  /** Takes a place; null where the limits leave none. */
  reserve(seat: Seat): Place | null {
    if (!this.lane.tryEnter(seat)) return null;
    return {
      seat,
      giveBack: () => {
        this.lane.leave(seat);
        this.placeIsFree(seat);
      },
    };
  }

  /** Takes a place as soon as there is one; null where there is none for `waitMs` milliseconds. */
  reserveWithin(seat: Seat, waitMs: number): Promise<Place | null> {
    const place = this.reserve(seat);
    if (place !== null) return Promise.resolve(place);
    return new Promise((resolve) => {
      const waiting = {
        seat,
        enter: () => {
          timer.cancel();
          resolve(this.reserve(seat));
        },
      };
      const timer = this.context.clock.after(waitMs, () => {
        this.waitingForPlace = this.waitingForPlace.filter((other) => other !== waiting);
        resolve(null);
      });
      this.waitingForPlace.push(waiting);
    });
  }

  /** Sends a delivery whose place is taken, and gives the place back at its end, when it resolves. Never rejects. */
  start(delivery: ClaimedDelivery, seat = seatOf(delivery)): Promise<void> {
    const sending = this.sendInPlace(delivery, seat).finally(() => this.sending.delete(sending));
    this.sending.add(sending);
    return sending;
  }

  /** Something may be queued. */
  wake(): void {
    this.mayHaveQueued = true;
    this.claim();
  }

  /** Looks for what nobody has told of: queued by another process, or due now. */
  poll(): void {
    this.wake();
    if (!this.policy.triesAgain) return;
    this.context.queue.endPauses().then(
      (ended) => {
        if (ended > 0) this.wake();
      },
      (error: unknown) => this.context.failed('looking for mails whose pause is over', error),
    );
  }

  /** Resolves when nothing is being claimed or sent any more. `mayStart` must answer false by now. */
  async stop(): Promise<void> {
    await this.claiming;
    while (this.sending.size > 0) await Promise.all(this.sending);
    this.soon?.timer.cancel();
    this.soon = null;
  }

  private async sendInPlace(delivery: ClaimedDelivery, seat: Seat): Promise<void> {
    const stay = this.policy.pace?.begin(seat.accountId);
    const { asideAfterMs } = this.policy;
    let steppedAside = false;
    const timer =
      asideAfterMs === null
        ? null
        : this.context.clock.after(asideAfterMs, () => {
            steppedAside = this.lane.stepAside();
            if (steppedAside) this.placeIsFree(seat);
          });
    await this.context.send(delivery);
    timer?.cancel();
    if (stay !== undefined) this.policy.pace!.end(stay);
    this.lane.leave(seat, steppedAside);
    this.placeIsFree(seat);
  }

  private placeIsFree(seat: Seat): void {
    const { lane } = this.policy;
    this.serveWaiting();
    if (this.cutShort.isWaitingFor(seat)) this.mayHaveQueued = true;
    if (lane.kindOf(seat.accountId) === 'slow') this.claimSoon(slowGatherMs);
    else if (lane.isWorthAClaim(seat)) this.claim();
    else this.claimSoon(this.policy.gatherMs);
  }

  private serveWaiting(): void {
    if (this.waitingForPlace.length === 0) return;
    this.waitingForPlace = this.waitingForPlace.filter(({ seat, enter }) => {
      if (!this.lane.hasPlaceFor(seat)) return true;
      enter();
      return false;
    });
  }

  /** Waits a moment for more places to be free: claims of one or two cost a statement each. */
  private claimSoon(afterMs: number): void {
    if (!this.mayHaveQueued) return;
    const { clock } = this.context;
    const at = clock.elapsedMs() + afterMs;
    if (this.soon !== null && this.soon.at <= at) return;
    this.soon?.timer.cancel();
    const timer = clock.after(afterMs, () => {
      this.soon = null;
      this.claim();
    });
    this.soon = { timer, at };
  }

  private claim(): void {
    if (this.mode !== 'waiting' || !this.context.mayStart() || this.lane.free === 0) return;
    this.claiming = this.claimUntilSeen().then(
      () => {
        this.claiming = null;
        // It may have been woken after the last look.
        this.claimSoon(this.policy.gatherMs);
      },
      (error: unknown) => {
        this.claiming = null;
        this.context.failed('claiming deliveries', error);
      },
    );
  }

  /** Claims and starts until all of the queue was seen, or little room is left. */
  private async claimUntilSeen(): Promise<void> {
    const { lane } = this;
    let most = this.foundMany ? Infinity : firstLook;
    // All is seen once a round from the front to the end has brought all that there was room for.
    let isWhole = this.next === undefined;
    let isDone = true;
    while (this.context.mayStart()) {
      const capacity = lane.capacity(most);
      if (capacity.limit === 0) break;
      this.mayHaveQueued = false;
      const look = await this.look(capacity);
      if (!this.context.mayStart()) {
        await this.release(look.deliveries);
        break;
      }
      for (const delivery of look.deliveries) void this.start(delivery);
      const isFilled = look.deliveries.length + look.turnedOff.length >= capacity.limit;
      this.foundMany = isFilled && capacity.limit >= firstLook;
      // What was turned off took no place: there is room for as many again.
      if (isFilled || look.sharedOut || look.turnedOff.length > 0) isDone = false;
      if (look.exhausted) {
        this.cutShort.roundEnds(isWhole);
        if (isWhole && isDone) return;
        isWhole = isDone = true;
      }
      // While more is queued than there is room for, freed places gather: a claim for each would cost a statement each.
      most = !isFilled || lane.hasMuchRoom ? Infinity : 0;
    }
    this.mayHaveQueued = true;
  }

  private async look(capacity: Capacity): Promise<Look> {
    const { queue, lease, log, clock } = this.context;
    const begun = clock.elapsedMs();
    this.lane.hold(capacity.limit);
    try {
      const look = await queue.claim(this.policy.channel, lease, capacity, this.next);
      this.next = look.exhausted ? undefined : look.next;
      for (const delivery of look.deliveries) this.lane.enter(seatOf(delivery));
      this.cutShort.note(look.cutShort);
      if (look.deliveries.length > 0) log.claimed(look.deliveries.length, clock.elapsedMs() - begun);
      if (look.turnedOff.length > 0) log.turnedOff(look.turnedOff);
      return look;
    } finally {
      this.lane.drop(capacity.limit);
      this.serveWaiting();
    }
  }

  /** Gives back what was claimed as the process began to stop. */
  private async release(deliveries: readonly ClaimedDelivery[]): Promise<void> {
    for (const delivery of deliveries) this.lane.leave(seatOf(delivery));
    await this.context.queue.release(this.context.lease, deliveries);
  }
}
