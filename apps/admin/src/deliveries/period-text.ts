import { language } from '../texts.js';

const hourMs = 60 * 60 * 1000;

const withHours = new Intl.DateTimeFormat(language, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const dayAlone = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric' });
const hourAlone = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });

/** A time in the reader's zone, to the minute. */
export function momentText(time: Date): string {
  return withHours.format(time);
}

/** A span of time in the reader's zone, as short as it can be. */
export function periodText({ from, to }: { readonly from: Date; readonly to: Date }): string {
  return withHours.formatRange(from, to);
}

/** What stands under a bar: its hour, or its day where bars are wider than that. */
export function tickText({ from, to }: { readonly from: Date; readonly to: Date }): string {
  return (to.getTime() - from.getTime() > hourMs ? dayAlone : hourAlone).format(from);
}
