/** What the statistics count of the deliveries that the tab's filters show, as the bars of the chart. */
import type { DeliveryCount, DeliveryStats } from '@belfry/contract';
import type { Filters, Window } from './filters.js';
import { barsOf, hourMs, outcomeOf, type Bar } from './outcomes.js';

/** How many hours of the reader's clock a bar of a window has: few enough bars that a finger can hit each one. */
const hoursEach: Readonly<Record<Window, number>> = { '24h': 1, '7d': 6, '30d': 24 };

/** The counts of what matches the filters, whatever its time. */
export function countsMatching(
  stats: DeliveryStats,
  { status, channel, eventType }: Pick<Filters, 'status' | 'channel' | 'eventType'>,
): readonly DeliveryCount[] {
  return stats.hours.filter(
    (hour) =>
      (channel === null || hour.channel === channel) &&
      (eventType === null || hour.event_type === eventType) &&
      (status === null || outcomeOf(hour.status) === outcomeOf(status)),
  );
}

/**
 * The bars of a window, the oldest first. `stats` were asked for that window. Bars change at full hours of the reader's
 * clock, a day's at midnight, so that what happened today is in today's bar; the first one may be shorter.
 */
export function barsOfWindow(counts: readonly DeliveryCount[], stats: DeliveryStats, window: Window): Bar[] {
  return barsOf(counts, boundaries(new Date(stats.from), new Date(stats.to), hoursEach[window]));
}

/** Where bars of this many hours of the reader's clock start and end, from one time to the end of the bar that holds the other. */
function boundaries(from: Date, to: Date, hours: number): readonly Date[] {
  const found = [from];
  const next = new Date(from);
  next.setHours(Math.floor(from.getHours() / hours) * hours, 0, 0, 0);
  for (;;) {
    // A day has 23 or 25 hours where summer time begins or ends; an hour is an hour.
    if (hours === 1) next.setTime(next.getTime() + hourMs);
    else next.setHours(next.getHours() + hours);
    const boundary = fullHour(next);
    if (boundary > from) found.push(boundary);
    if (boundary >= to) return found;
  }
}

/** Counts are of full hours of UTC: where a clock is half an hour apart from it, the next one. */
function fullHour(time: Date): Date {
  return new Date(Math.ceil(time.getTime() / hourMs) * hourMs);
}
