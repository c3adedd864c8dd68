/** Everything that the filters show and that can be redelivered by one action: from when on, how many, in which pieces. */
import type { StatsAnswer } from '../api/wire.js';
import { barsOfWindow, countsMatching } from './chart-bars.js';
import type { Filters } from './filters.js';
import type { Bar } from './outcomes.js';

/** The status of what the API redelivers by a filter. */
export type RedeliverableStatus = 'failed' | 'interrupted';

/** What is redelivered by one action. */
export interface Redeliverable {
  readonly status: RedeliverableStatus;
  /** The parts of the time that the filters show, the oldest first. */
  readonly bars: readonly Bar[];
  /** The times from which on something can be redelivered, the oldest first: the beginnings of bars that hold some. */
  readonly beginnings: readonly Date[];
}

/** The status that is redelivered where the filters show this one; null where they show nothing of the kind. */
function redeliverableStatus(shown: Filters['status']): RedeliverableStatus | null {
  if (shown === null) return 'failed';
  return shown === 'failed' || shown === 'interrupted' ? shown : null;
}

/** What of the deliveries that the filters show can be redelivered; null where the statistics count nothing of it. */
export function redeliverableOf(filters: Filters, stats: StatsAnswer): Redeliverable | null {
  const status = redeliverableStatus(filters.status);
  if (status === null) return null;
  const counts = countsMatching(stats, { ...filters, status });
  const { period } = filters;
  const bars = barsOfWindow(counts, stats, filters.window).filter(
    ({ from, to }) => period === null || (from < period.to && to > period.from),
  );
  const beginnings = bars.filter(({ total }) => total > 0).map(({ from }) => from);
  return beginnings.length === 0 ? null : { status, bars, beginnings };
}

/** How many are counted from `since` on. */
export function countSince(bars: readonly Bar[], since: Date): number {
  return bars.reduce((count, bar) => (bar.from >= since ? count + bar.total : count), 0);
}

/** A piece of the time: created from the one time (included) to the other. */
export interface Piece {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The time from `since` to `until`, cut at the bars, the oldest first. Empty bars are not left out: a mail that failed
 * at last is counted in the hour of its last attempt, and found by the hour in which it was created.
 */
export function piecesSince(bars: readonly Bar[], since: Date, until: Date): Piece[] {
  return bars
    .filter(({ from }) => from >= since && from < until)
    .map(({ from, to }) => ({ from, to: to < until ? to : until }));
}
