/** Waits for what must come about, on a machine that may be busy with something else. */

/** How often is looked, and for how long. */
export interface Patience {
  /** What is waited for, in the words of the error; "it" otherwise. */
  readonly what?: string;
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/** What is looked for, as soon as it is there: true, or an answer of its own. Throws where it does not come in time. */
export async function waitFor<Found>(
  look: () => Found | Promise<Found>,
  { what = 'it', withinMs = 20_000, everyMs = 25 }: Patience = {},
): Promise<NonNullable<Found>> {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not come about within ${withinMs / 1000} s`);
    await pause(everyMs);
  }
}

/** Lets time pass. For the pace of a load, and for faults that last: a test waits for what it wants to see. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
