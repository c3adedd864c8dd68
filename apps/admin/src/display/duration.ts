import { language } from '../texts.js';

const seconds = new Intl.NumberFormat(language, {
  style: 'unit',
  unit: 'second',
  unitDisplay: 'short',
  maximumSignificantDigits: 3,
});
const milliseconds = new Intl.NumberFormat(language, {
  style: 'unit',
  unit: 'millisecond',
  unitDisplay: 'short',
});

/** A duration for people: `84 ms`, `1.25 sec`. */
export function durationText(durationMs: number): string {
  return durationMs < 1000 ? milliseconds.format(durationMs) : seconds.format(durationMs / 1000);
}
