/** What the statistics count of the deliveries that the tab's filters show, and the bars that stand for it. */
import type { HourCount, StatsAnswer } from '../api/wire.js';
import type { Filters, Window } from './filters.js';
import { barsOf, outcomeOf, type Bar } from './outcomes.js';

/** How a window is cut into bars: few enough that each can be hit by a finger. */
const cuts: Readonly<Record<Window, { readonly bars: number; readonly hoursEach: number }>> = {
  '24h': { bars: 24, hoursEach: 1 },
  '7d': { bars: 28, hoursEach: 6 },
  '30d': { bars: 30, hoursEach: 24 },
};

/** The counts of what the filters let through, whatever its time. */
export function countsMatching(
  stats: StatsAnswer,
  { status, channel, eventType }: Pick<Filters, 'status' | 'channel' | 'eventType'>,
): readonly HourCount[] {
  return stats.hours.filter(
    (hour) =>
      (channel === null || hour.channel === channel) &&
      (eventType === null || hour.event_type === eventType) &&
      (status === null || outcomeOf(hour.status) === outcomeOf(status)),
  );
}

/** The bars of a window, the oldest first. `stats` were asked for that window. */
export function barsOfWindow(counts: readonly HourCount[], stats: StatsAnswer, window: Window): Bar[] {
  const { bars, hoursEach } = cuts[window];
  return barsOf(counts, new Date(stats.from), bars, hoursEach);
}
