import { Clock, type Timer } from './clock.js';

/** A clock that stands still until a test turns it. */
export class TestClock extends Clock {
  private ms = 0;
  private readonly timers = new Set<{ at: number; act: () => void }>();

  constructor(private readonly start = new Date('2026-11-28T12:00:00Z')) {
    super();
  }

  now(): Date {
    return new Date(this.start.getTime() + this.ms);
  }

  elapsedMs(): number {
    return this.ms;
  }

  after(ms: number, act: () => void): Timer {
    const timer = { at: this.ms + ms, act };
    this.timers.add(timer);
    return { cancel: () => this.timers.delete(timer) };
  }

  every(ms: number, act: () => void): Timer {
    const timer = {
      at: this.ms + ms,
      act: () => {
        this.timers.add(timer);
        timer.at = this.ms + ms;
        act();
      },
    };
    this.timers.add(timer);
    return { cancel: () => this.timers.delete(timer) };
  }

  /** How many timers run. */
  get pending(): number {
    return this.timers.size;
  }

  /** Lets so much time pass. Whatever becomes due on the way happens at its time, with all that follows from it. */
  async advance(ms: number): Promise<void> {
    const end = this.ms + ms;
    await settled();
    for (;;) {
      let next: { at: number; act: () => void } | undefined;
      for (const timer of this.timers) if (next === undefined || timer.at < next.at) next = timer;
      if (next === undefined || next.at > end) break;
      this.timers.delete(next);
      this.ms = Math.max(this.ms, next.at);
      next.act();
      await settled();
    }
    this.ms = end;
  }
}

/** Everything has happened that needs no time to pass. */
export async function settled(): Promise<void> {
  // Each turn runs all promises that are ready; the intake begins a batch a turn after the event.
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
