/**
 * An answer that everybody gets alike and that costs something to make: it is made once at a time, and kept for a second.
 * However often it is asked for, it costs what one who asks every second costs.
 */

/** Short enough that no reader of a probe or a scrape can tell. */
const keptMs = 1_000;

/** One such answer. */
export class KeptAnswer<Value> {
  private kept: { readonly value: Value; readonly until: number } | null = null;
  private making: Promise<Value> | null = null;

  /** `now` is a clock in milliseconds that never goes back. */
  constructor(
    private readonly make: () => Promise<Value>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The answer, at most a second old. One that could not be made is not kept. */
  get(): Promise<Value> {
    if (this.kept !== null && this.now() < this.kept.until) return Promise.resolve(this.kept.value);
    this.making ??= this.makeAnew();
    return this.making;
  }

  private async makeAnew(): Promise<Value> {
    try {
      const value = await this.make();
      this.kept = { value, until: this.now() + keptMs };
      return value;
    } finally {
      this.making = null;
    }
  }
}
