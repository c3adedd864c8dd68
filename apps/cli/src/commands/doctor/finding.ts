/** What one check found. */
export interface Finding {
  /** What was looked at. */
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'wrong';
  /** What there is, in a sentence or a few words; never a secret. */
  readonly found: string;
  /** What to do about it; null where nothing is to be done. */
  readonly advice: string | null;
}

/** All is well. */
export function ok(check: string, found: string): Finding {
  return { check, state: 'ok', found, advice: null };
}

/** It works, or will; something is to be known, or to be done in time. */
export function warning(check: string, found: string, advice: string): Finding {
  return { check, state: 'warning', found, advice };
}

/** It does not work. */
export function wrong(check: string, found: string, advice: string): Finding {
  return { check, state: 'wrong', found, advice };
}
