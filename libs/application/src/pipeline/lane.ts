/**
 * The places of one channel in this process: what is in flight, counted against the limits, in all, of one account, and
 * to one destination (the origin of an endpoint, or the domain of a recipient).
 *
 * What one account does must not cost another its place. So an account's share shrinks with what is free, and some
 * places are kept back: an eighth from accounts that nothing is known of, a quarter from slow ones (`Pace`). However
 * many slow accounts have a backlog, one whose endpoint is quick finds a place at once.
 */
import { domainOf, type Channel, type Delivery } from '@belfry/domain';
import type { Capacity } from '../ports/delivery-queue.js';
import type { Pace, PaceKind } from './pace.js';

/** Whose place it is, and where its delivery goes. */
export interface Seat {
  readonly accountId: number;
  /** The endpoint's origin (webhooks) or the recipient's domain (mails). */
  readonly destination: string;
}

/** What limits by destination count by. An endpoint's URL is stored in the URL parser's normal form: its origin ends at the path. */
export const serverOf: Readonly<Record<Channel, (destination: string) => string>> = {
  webhook: (url) => {
    const path = url.indexOf('/', 'https://'.length);
    return path < 0 ? url : url.slice(0, path);
  },
  email: domainOf,
};

/** The seat of a delivery. */
export function seatOf(delivery: Pick<Delivery, 'accountId' | 'channel' | 'destination'>): Seat {
  const { accountId, channel, destination } = delivery;
  return { accountId, destination: serverOf[channel](destination) };
}

/** How much of a channel may be in flight. */
export interface LaneLimits {
  /** In all. */
  readonly inFlight: number;
  /** Of one account. */
  readonly perAccount: number;
  /** To one destination. */
  readonly perDestination: number;
  /**
   * How many more may be in flight that have been so for long, beside those of `inFlight`. They count for their account
   * and their destination, and take no place from others. None where absent.
   */
  readonly aside?: number;
}

/** How quick accounts are, where that is known: the part of `Pace` that a lane asks. */
export type KnownPace = Pick<Pace, 'kindOf' | 'mostPlaces' | 'known'>;

/** The share of all places that is kept back from accounts of each pace. */
const keptBack: Readonly<Record<PaceKind, number>> = { quick: 0, new: 1 / 8, slow: 1 / 4 };
/** An account has its full share while one in so many places is free; below that, proportionally less. */
const fullShareAt: Readonly<Record<PaceKind, number>> = { quick: 4, new: 2, slow: 2 };
/** How many accounts with nothing in flight a claim is told of, if they are quick. Others get the places of new ones. */
const mostIdleListed = 500;

/** No account's id: stands for one of which nothing is known and that has nothing in flight. */
const nobody = 0;

/** Where nothing is known of accounts, all are alike. */
const allAlike: KnownPace = { kindOf: () => 'quick', mostPlaces: () => Infinity, known: () => [] };

/** The deliveries of one channel that are in flight in this process, counted against the limits. */
export class Lane {
  private readonly byAccount = new Map<number, number>();
  private readonly byDestination = new Map<string, number>();
  private total = 0;
  private aside = 0;
  private held = 0;

  constructor(
    readonly limits: LaneLimits,
    private readonly pace: KnownPace = allAlike,
  ) {}

  /** How many more could start, less what is held. */
  get free(): number {
    return Math.max(0, this.limits.inFlight - this.total - this.held);
  }

  /** How many are in flight, those aside included. */
  get inFlight(): number {
    return this.total + this.aside;
  }

  /** How many of this account are in flight. */
  inFlightOf(accountId: number): number {
    return this.byAccount.get(accountId) ?? 0;
  }

  /** How many are in flight to this destination. */
  inFlightTo(destination: string): number {
    return this.byDestination.get(destination) ?? 0;
  }

  /** How quick this account is. */
  kindOf(accountId: number): PaceKind {
    return this.pace.kindOf(accountId);
  }

  /** How many places an account of this pace may have, as the lane is now. */
  shareOf(kind: PaceKind): number {
    const { inFlight, perAccount } = this.limits;
    const spare = this.free - keptOf(inFlight, kind);
    if (spare <= 0) return 0;
    const share = Math.floor((fullShareAt[kind] * perAccount * spare) / inFlight);
    return Math.max(1, Math.min(share, perAccount));
  }

  /** How many more of this account could start now. */
  placesOf(accountId: number): number {
    const most = Math.min(this.shareOf(this.pace.kindOf(accountId)), this.pace.mostPlaces(accountId));
    return Math.max(0, most - this.inFlightOf(accountId));
  }

  /** Takes a place, if the limits leave one. */
  tryEnter(seat: Seat): boolean {
    if (!this.hasPlaceFor(seat)) return false;
    this.enter(seat);
    return true;
  }

  /** Says whether the limits leave a place. */
  hasPlaceFor(seat: Seat): boolean {
    return this.placesOf(seat.accountId) > 0 && this.hasPlaceTo(seat);
  }

  /** Takes a place whatever the limits say: for what was claimed within them. */
  enter({ accountId, destination }: Seat): void {
    this.total += 1;
    this.byAccount.set(accountId, this.inFlightOf(accountId) + 1);
    this.byDestination.set(destination, this.inFlightTo(destination) + 1);
  }

  /** Gives the place of one that takes long to the others, as far as the limit allows; says whether it did. */
  stepAside(): boolean {
    if (this.aside >= (this.limits.aside ?? 0)) return false;
    this.total -= 1;
    this.aside += 1;
    return true;
  }

  /** Gives a place back, or ends the time of one that stepped aside. */
  leave({ accountId, destination }: Seat, steppedAside = false): void {
    if (steppedAside) this.aside -= 1;
    else this.total -= 1;
    countDown(this.byAccount, accountId);
    countDown(this.byDestination, destination);
  }

  /** True while a quarter of the lane is free. */
  get hasMuchRoom(): boolean {
    return this.free * 4 >= this.limits.inFlight;
  }

  /** True while there is much room, and half of what this account and destination may have: a claim then gets many. */
  isWorthAClaim({ accountId, destination }: Seat): boolean {
    const { perAccount, perDestination } = this.limits;
    return (
      this.hasMuchRoom &&
      this.inFlightOf(accountId) * 2 <= perAccount &&
      this.inFlightTo(destination) * 2 <= perDestination
    );
  }

  /** Keeps places free for a claim that is on its way; `drop` ends it. */
  hold(places: number): void {
    this.held += places;
  }

  /** Ends a hold. */
  drop(places: number): void {
    this.held -= places;
  }

  /**
   * What a claim may take now, `most` at the most. While there are places for slow accounts, everybody takes part;
   * below that only those from whom fewer are kept back.
   */
  capacity(most: number): Capacity {
    const { inFlight, perDestination } = this.limits;
    const takesPart = (['slow', 'new', 'quick'] as const).find((kind) => this.shareOf(kind) > 0) ?? 'quick';
    const places = new Map<number, number>();
    const slow = new Set<number>();
    let idleListed = 0;
    for (const { accountId, kind, inFlight: started } of this.pace.known()) {
      if (kind === 'slow') slow.add(accountId);
      if (kind === 'new' && started === 0) continue;
      if (kind === 'quick' && started === 0 && (idleListed += 1) > mostIdleListed) continue;
      places.set(accountId, this.placesOf(accountId));
    }
    for (const accountId of this.byAccount.keys()) {
      // Reserved, or of a lane that knows no pace.
      if (!places.has(accountId)) places.set(accountId, this.placesOf(accountId));
    }
    return {
      limit: Math.min(most, Math.max(0, this.free - keptOf(inFlight, takesPart))),
      places,
      otherPlaces: this.placesOf(nobody),
      slow,
      destinations: {
        limit: perDestination,
        inFlight: this.byDestination,
        keptFromSlow: keptOf(perDestination, 'slow'),
      },
    };
  }

  private hasPlaceTo({ accountId, destination }: Seat): boolean {
    const kept = this.pace.kindOf(accountId) === 'slow' ? keptOf(this.limits.perDestination, 'slow') : 0;
    return this.inFlightTo(destination) + kept < this.limits.perDestination;
  }
}

function keptOf(places: number, kind: PaceKind): number {
  return Math.floor(places * keptBack[kind]);
}

function countDown<Key>(counts: Map<Key, number>, key: Key): void {
  const count = counts.get(key)!;
  if (count === 1) counts.delete(key);
  else counts.set(key, count - 1);
}
