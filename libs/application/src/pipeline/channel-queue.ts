/**
 * One channel's deliveries in this process: who has a place, and when the queue is asked for more. It is asked when there
 * is reason to believe that it holds something that could start (`lookAgain`), and otherwise once a second (`Dispatcher`).
 */
import type { Channel } from '@belfry/domain';
import type { Capacity, ClaimedDelivery, Look, Turn } from '../ports/delivery-queue.js';
import { seatOf, type Lane, type Seat } from './lane.js';
import type { Pace, PaceKind, Stay } from './pace.js';

/** What is different from channel to channel. */
export interface ChannelPolicy {
  readonly channel: Channel;
  readonly lane: Lane;
  /** How quick accounts are; null where that is not known. */
  readonly pace: Pace | null;
  /** How long freed places gather before they are claimed for, in milliseconds; many make a claim at once. */
  readonly gatherMs: number;
  /** After how many milliseconds in flight a delivery steps aside; null: never. */
  readonly asideAfterMs: number | null;
  /** Whose turn a place is: the account's (webhooks) or the domain's (mails). */
  turnOf(seat: Seat): Turn;
  /** The pace of one whose turn this is that has nothing in flight; null where it has, or that is not known. */
  waitingPace(turn: Turn): PaceKind | null;
}

/** What a channel's queue has to do with the rest of the process. */
export interface QueueContext {
  /** Claims what there is room for. */
  claim(channel: Channel, capacity: Capacity, after?: Turn): Promise<Look>;
  /** True while deliveries may be claimed and started. */
  mayClaim(): boolean;
  /** Starts what was claimed; its places are taken. */
  start(deliveries: readonly ClaimedDelivery[]): void;
  /** Gives back what was claimed as the process began to stop. */
  release(deliveries: readonly ClaimedDelivery[]): Promise<void>;
  /** Hears of each look. */
  looked(look: Look, databaseMs: number): void;
  /** A claim did not succeed. */
  failed(error: unknown): void;
}

/** How many a claim asks for that does not know of more: the places it asks for are kept from the intake meanwhile. */
const firstLook = 16;
/** How long freed places of slow accounts gather: what takes so long may wait a moment for the next. */
const slowGatherMs = 50;

/** One channel's places and its part of the queue. */
export class ChannelQueue {
  private mayHaveQueued = true;
  /** Whether the last claim got as many as it asked for, and that was more than a few. */
  private foundMany = false;
  /** Who was waiting when the queue was last gone through, and who is seen to be as it is gone through again. */
  private seen: Waiting = nobodyWaits();
  private seeing: Waiting = nobodyWaits();
  private claiming: Promise<void> | null = null;
  private soon: { readonly timer: NodeJS.Timeout; readonly at: number } | null = null;
  /** Where the next look begins: turns are taken. */
  private next: Turn | undefined;
  private waiting: { readonly seat: Seat; readonly enter: () => void }[] = [];

  constructor(
    private readonly policy: ChannelPolicy,
    private readonly context: QueueContext,
  ) {}

  /** The places. */
  get lane(): Lane {
    return this.policy.lane;
  }

  /** A delivery that has a place starts. Answers what ends its time in flight, and gives the place back. */
  begin(seat: Seat): () => void {
    const stay: Stay | undefined = this.policy.pace?.begin(seat.accountId);
    let steppedAside = false;
    const { asideAfterMs } = this.policy;
    const stepAside = () => {
      steppedAside = this.lane.stepAside();
      if (steppedAside) this.placeIsFree(seat);
    };
    const timer = asideAfterMs === null ? undefined : setTimeout(stepAside, asideAfterMs);
    return () => {
      clearTimeout(timer);
      if (stay !== undefined) this.policy.pace!.end(stay);
      this.lane.leave(seat, steppedAside);
      this.placeIsFree(seat);
    };
  }

  /** Gives back a place in which nothing was started. */
  leave(seat: Seat): void {
    this.lane.leave(seat);
    this.placeIsFree(seat);
  }

  /** Takes a place as soon as there is one; answers false where there is none for `waitMs` milliseconds. */
  place(seat: Seat, waitMs: number): Promise<boolean> {
    if (this.lane.tryEnter(seat)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiting = {
        seat,
        enter: () => {
          clearTimeout(timer);
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        this.waiting = this.waiting.filter((other) => other !== waiting);
        resolve(false);
      }, waitMs);
      this.waiting.push(waiting);
    });
  }

  /** There is reason to believe that something is queued. */
  lookAgain(): void {
    this.mayHaveQueued = true;
    this.claim();
  }

  /** Resolves when no claim is on its way any more. The context must not let new ones begin. */
  async settle(): Promise<void> {
    await this.claiming;
    clearTimeout(this.soon?.timer);
    this.soon = null;
  }

  private placeIsFree(seat: Seat): void {
    const { lane } = this.policy;
    this.serveWaiting();
    if (this.isWaitedFor(this.policy.turnOf(seat))) this.mayHaveQueued = true;
    if (lane.kindOf(seat.accountId) === 'slow') this.claimSoon(slowGatherMs);
    else if (lane.isWorthAClaim(seat)) this.claim();
    else this.claimSoon(this.policy.gatherMs);
  }

  private isWaitedFor(turn: Turn): boolean {
    return [this.seen, this.seeing].some(
      ({ cutShort, paces }) => cutShort.has(turn) || [...paces].some((kind) => this.lane.shareOf(kind) > 0),
    );
  }

  private serveWaiting(): void {
    if (this.waiting.length === 0) return;
    this.waiting = this.waiting.filter(({ seat, enter }) => {
      if (!this.lane.tryEnter(seat)) return true;
      enter();
      return false;
    });
  }

  /** Waits a moment for more places to be free: claims of one or two cost a statement each. */
  private claimSoon(afterMs: number): void {
    if (!this.mayHaveQueued) return;
    const at = performance.now() + afterMs;
    if (this.soon !== null && this.soon.at <= at) return;
    clearTimeout(this.soon?.timer);
    const timer = setTimeout(() => {
      this.soon = null;
      this.claim();
    }, afterMs);
    this.soon = { timer, at };
  }

  private claim(): void {
    if (!this.context.mayClaim() || !this.mayHaveQueued || this.claiming !== null) return;
    if (this.lane.free === 0) return;
    this.claiming = this.claimUntilEmpty().then(
      () => {
        this.claiming = null;
        // Something may have been noticed after the last look.
        this.claimSoon(this.policy.gatherMs);
      },
      (error: unknown) => {
        this.claiming = null;
        this.context.failed(error);
      },
    );
  }

  /** Claims and starts until all of the queue was looked at, or little room is left. */
  private async claimUntilEmpty(): Promise<void> {
    const { lane } = this;
    let most = this.foundMany ? Infinity : firstLook;
    // All is looked at once a round from the start to the end has brought all that there was room for.
    let isWhole = this.next === undefined;
    let isDone = true;
    while (this.context.mayClaim()) {
      const capacity = lane.capacity(most);
      if (capacity.limit === 0) break;
      this.mayHaveQueued = false;
      const look = await this.look(capacity);
      if (!this.context.mayClaim()) {
        for (const delivery of look.deliveries) lane.leave(seatOf(delivery));
        await this.context.release(look.deliveries);
        return;
      }
      this.context.start(look.deliveries);
      const isFilled = look.deliveries.length + look.turnedOff.length >= capacity.limit;
      this.foundMany = isFilled && capacity.limit >= firstLook;
      this.note(look.cutShort);
      // What was turned off took no place: there is room for as many again.
      if (isFilled || look.sharedOut || look.turnedOff.length > 0) isDone = false;
      if (look.exhausted) {
        if (isWhole) this.seen = this.seeing;
        this.seeing = nobodyWaits();
        if (isWhole && isDone) return;
        isWhole = isDone = true;
      }
      // While more is queued than there is room for, freed places gather: a claim for each would cost a statement each.
      most = !isFilled || lane.hasMuchRoom ? Infinity : 0;
    }
    if (this.context.mayClaim()) this.mayHaveQueued = true;
  }

  private async look(capacity: Capacity): Promise<Look> {
    const begun = performance.now();
    this.lane.hold(capacity.limit);
    try {
      const look = await this.context.claim(this.policy.channel, capacity, this.next);
      this.next = look.exhausted ? undefined : look.next;
      for (const delivery of look.deliveries) this.lane.enter(seatOf(delivery));
      this.context.looked(look, performance.now() - begun);
      return look;
    } finally {
      this.lane.drop(capacity.limit);
      this.serveWaiting();
    }
  }

  /** Notes who got all that the limits left them: more of theirs may be queued. */
  private note(turns: readonly Turn[]): void {
    for (const turn of turns) {
      this.seeing.cutShort.add(turn);
      const pace = this.policy.waitingPace(turn);
      if (pace !== null) this.seeing.paces.add(pace);
    }
  }
}

/** Who got all that the limits left them, as the queue was gone through. */
interface Waiting {
  readonly cutShort: Set<Turn>;
  /** The paces of those that have nothing in flight, whose end would tell that there is a place again. */
  readonly paces: Set<PaceKind>;
}

function nobodyWaits(): Waiting {
  return { cutShort: new Set(), paces: new Set() };
}
