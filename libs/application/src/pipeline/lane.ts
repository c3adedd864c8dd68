/** An account's id (webhooks) or a recipient's domain (mails): what shares a limit of its own. */
export type LaneKey = number | string;

/** How much of a channel may be in flight. */
export interface LaneLimits {
  /** In all. */
  readonly inFlight: number;
  /** Of one account (webhooks) or one recipient domain (mails), so that a slow one takes nothing from the others. */
  readonly perKey: number;
}

/** The deliveries of one channel that are in flight in this process, counted against the limits. */
export class Lane {
  private readonly byKey = new Map<LaneKey, number>();
  private total = 0;
  private held = 0;

  constructor(readonly limits: LaneLimits) {}

  /** How many more could start, less what is held. */
  get free(): number {
    return Math.max(0, this.limits.inFlight - this.total - this.held);
  }

  /** How many are in flight. */
  get inFlight(): number {
    return this.total;
  }

  /** How many are in flight by key; keys with none are not in it. */
  get inFlightByKey(): ReadonlyMap<LaneKey, number> {
    return this.byKey;
  }

  /** Takes a place, if the limits leave one. */
  tryEnter(key: LaneKey): boolean {
    if (this.free === 0 || (this.byKey.get(key) ?? 0) >= this.limits.perKey) return false;
    this.enter(key);
    return true;
  }

  /** Takes a place whatever the limits say: for what was claimed within them. */
  enter(key: LaneKey): void {
    this.total += 1;
    this.byKey.set(key, (this.byKey.get(key) ?? 0) + 1);
  }

  /** Gives a place back. */
  leave(key: LaneKey): void {
    const count = this.byKey.get(key)!;
    this.total -= 1;
    if (count === 1) this.byKey.delete(key);
    else this.byKey.set(key, count - 1);
  }

  /** True while a quarter of the lane is free. */
  get hasMuchRoom(): boolean {
    return this.free * 4 >= this.limits.inFlight;
  }

  /** True while there is much room, and half of what this key may have in flight: a claim then gets many. */
  isWorthAClaim(key: LaneKey): boolean {
    return this.hasMuchRoom && (this.byKey.get(key) ?? 0) * 2 <= this.limits.perKey;
  }

  /** Keeps places free for a claim that is on its way; `drop` ends it. */
  hold(places: number): void {
    this.held += places;
  }

  /** Ends a hold. */
  drop(places: number): void {
    this.held -= places;
  }
}
