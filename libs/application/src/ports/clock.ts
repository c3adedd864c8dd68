/** Something that is to happen later. */
export interface Timer {
  /** It does not happen any more. Does nothing where it has happened already. */
  cancel(): void;
}

/** Tells the time, and calls back when some of it has passed. All waiting of the application goes through it. */
export abstract class Clock {
  /** What time it is. It may jump when the machine's clock is set. */
  abstract now(): Date;
  /** Milliseconds since some time before, which never go back: for how long something takes. */
  abstract elapsedMs(): number;
  /** Calls `act` once, after so many milliseconds. */
  abstract after(ms: number, act: () => void): Timer;
  /** Calls `act` again and again, every so many milliseconds. */
  abstract every(ms: number, act: () => void): Timer;

  /** Resolves after so many milliseconds. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }
}

/** The machine's own clock. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }

  elapsedMs(): number {
    return performance.now();
  }

  after(ms: number, act: () => void): Timer {
    const timer = setTimeout(act, ms);
    return { cancel: () => clearTimeout(timer) };
  }

  every(ms: number, act: () => void): Timer {
    const timer = setInterval(act, ms);
    return { cancel: () => clearInterval(timer) };
  }
}
