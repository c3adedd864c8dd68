/**
 * How quick the endpoints of accounts are, as this process has seen it lately. A slow one holds its places for long, so
 * it may hold fewer of them while others want some: see `Lane`. An account that nothing is known of begins with few
 * places and gets one more with each quick answer: a burst to an endpoint that hangs costs little before it shows.
 */

/** `quick`: answered in time last. `slow`: takes long, or something has been in flight for long. `new`: not known. */
export type PaceKind = 'quick' | 'new' | 'slow';

/**
 * From here on an endpoint is slow, in milliseconds. Most answer in a tenth of it; where a machine is so busy that all
 * seem slow, all are treated alike.
 */
const slowFromMs = 500;
/** No time counts for more than this in the average: an endpoint that is well again is quick after five answers. */
const longestCountedMs = 4 * slowFromMs;
/** The share of a new time in the average. */
const weight = 1 / 4;
/** How many places an account has that nothing is known of. */
const firstPlaces = 2;
/** An account with nothing in flight for so long is new again. */
const forgottenAfterMs = 60_000;
/** The most accounts without anything in flight that are remembered: a megabyte or two. */
const mostRemembered = 10_000;

interface Known {
  averageMs: number;
  quickAnswers: number;
  inFlight: number;
  overdue: number;
  idleSince: number;
}

/** One delivery's time in flight. */
export interface Stay {
  readonly accountId: number;
  readonly since: number;
  isOverdue: boolean;
}

/** Knows how quick accounts are. `now` answers milliseconds that never go back. */
export class Pace {
  private readonly active = new Map<number, Known>();
  /** In the order in which they became idle. */
  private readonly idle = new Map<number, Known>();
  /** What is in flight and not overdue yet, in the order of its beginning. */
  private readonly young = new Set<Stay>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** A delivery of this account starts. */
  begin(accountId: number): Stay {
    let known = this.active.get(accountId);
    if (known === undefined) {
      known = this.idle.get(accountId) ?? {
        averageMs: 0,
        quickAnswers: 0,
        inFlight: 0,
        overdue: 0,
        idleSince: 0,
      };
      this.idle.delete(accountId);
      this.active.set(accountId, known);
    }
    known.inFlight += 1;
    const stay = { accountId, since: this.now(), isOverdue: false };
    this.young.add(stay);
    return stay;
  }

  /** It has ended, however that was. */
  end(stay: Stay): void {
    const known = this.active.get(stay.accountId)!;
    const now = this.now();
    this.young.delete(stay);
    if (stay.isOverdue) known.overdue -= 1;
    const tookMs = Math.min(now - stay.since, longestCountedMs);
    known.averageMs += (tookMs - known.averageMs) * weight;
    known.quickAnswers = isSlow(known) || tookMs >= slowFromMs ? 0 : known.quickAnswers + 1;
    known.inFlight -= 1;
    if (known.inFlight > 0) return;
    known.idleSince = now;
    this.active.delete(stay.accountId);
    this.idle.set(stay.accountId, known);
  }

  /** How quick this account is. */
  kindOf(accountId: number): PaceKind {
    this.refresh();
    return kindOf(this.active.get(accountId) ?? this.idle.get(accountId));
  }

  /** The most places that an account may have for what is known of it, whatever the limits say. */
  mostPlaces(accountId: number): number {
    this.refresh();
    return mostPlaces(this.active.get(accountId) ?? this.idle.get(accountId));
  }

  /** All accounts of which something is known, those with something in flight first. */
  *known(): Iterable<{ accountId: number; kind: PaceKind; inFlight: number }> {
    this.refresh();
    for (const map of [this.active, this.idle]) {
      for (const [accountId, known] of map)
        yield { accountId, kind: kindOf(known), inFlight: known.inFlight };
    }
  }

  /** Notes what has been in flight for long by now, and forgets who had nothing in flight for long. */
  private refresh(): void {
    const now = this.now();
    for (const stay of this.young) {
      if (now - stay.since < slowFromMs) break;
      this.young.delete(stay);
      stay.isOverdue = true;
      const known = this.active.get(stay.accountId)!;
      known.overdue += 1;
      known.quickAnswers = 0;
    }
    for (const [accountId, known] of this.idle) {
      if (now - known.idleSince < forgottenAfterMs && this.idle.size <= mostRemembered) break;
      this.idle.delete(accountId);
    }
  }
}

function isSlow(known: Known): boolean {
  return known.overdue > 0 || known.averageMs >= slowFromMs;
}

function kindOf(known: Known | undefined): PaceKind {
  if (known === undefined) return 'new';
  if (isSlow(known)) return 'slow';
  return known.quickAnswers === 0 ? 'new' : 'quick';
}

/** A slow account's places are bounded by its share alone: alone in a lane, it has as many as any. */
function mostPlaces(known: Known | undefined): number {
  if (known === undefined) return firstPlaces;
  return isSlow(known) ? Infinity : firstPlaces + known.quickAnswers;
}
