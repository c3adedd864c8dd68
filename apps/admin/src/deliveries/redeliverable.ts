/** What one action can redeliver of everything that the filters show: from which time, how many, and in which pieces. */
import type { DeliveryStats } from '@belfry/contract';
import { barsOfWindow, countsMatching } from './chart-bars.js';
import type { Filters } from './filters.js';
import type { Bar } from './outcomes.js';

/** The statuses that the API redelivers by a filter. */
export type RedeliverableStatus = 'failed' | 'interrupted';

/** What is redelivered by one action. */
export interface Redeliverable {
  readonly status: RedeliverableStatus;
  /** The parts of the time that the filters show, the oldest first. */
  readonly bars: readonly Bar[];
  /** The times that one can start from, oldest first: where the bars that hold something redeliverable start. */
  readonly starts: readonly Date[];
}

/** The status to redeliver when the filters show this one; null when they show nothing that can be redelivered. */
function redeliverableStatus(shown: Filters['status']): RedeliverableStatus | null {
  if (shown === null) return 'failed';
  return shown === 'failed' || shown === 'interrupted' ? shown : null;
}

/** What can be redelivered of the deliveries that the filters show; null when the statistics count none. */
export function redeliverableOf(filters: Filters, stats: DeliveryStats): Redeliverable | null {
  const status = redeliverableStatus(filters.status);
  if (status === null) return null;
  const counts = countsMatching(stats, { ...filters, status });
  const { period } = filters;
  const bars = barsOfWindow(counts, stats, filters.window).filter(
    ({ from, to }) => period === null || (from < period.to && to > period.from),
  );
  const starts = bars.filter(({ total }) => total > 0).map(({ from }) => from);
  return starts.length === 0 ? null : { status, bars, starts };
}

/** How many the bars count since a time. */
export function countSince(bars: readonly Bar[], since: Date): number {
  return bars.reduce((count, bar) => (bar.from >= since ? count + bar.total : count), 0);
}

/** A piece of the time: created from the one time (included) to the other. */
export interface Piece {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The time from `since` to `until`, cut at the bars, the oldest first. Empty bars are not left out: an email that failed
 * in the end is counted in the hour of its last attempt, and found by the hour in which it was created.
 */
export function piecesSince(bars: readonly Bar[], since: Date, until: Date): Piece[] {
  return bars
    .filter(({ from }) => from >= since && from < until)
    .map(({ from, to }) => ({ from, to: to < until ? to : until }));
}
