import fc from 'fast-check';

/** Mostly `usual`, one time in twelve something else: a request with everything wrong at once gets nowhere. */
export function rarely(odd, usual) {
  return fc.oneof({ weight: 11, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd });
}
