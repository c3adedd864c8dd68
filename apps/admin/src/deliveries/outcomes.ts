/** Counts of deliveries, grouped for display: the bars of the chart, and the last 24 hours of one event type. */
import type { DeliveryCount } from '@belfry/contract';
import type { DeliveryStatus } from '@belfry/domain';

/** An hour in milliseconds. */
export const hourMs = 60 * 60 * 1000;

/** The outcomes that are shown apart; queued and sending are both under way. */
export const outcomes = ['succeeded', 'failed', 'interrupted', 'under_way'] as const;
export type Outcome = (typeof outcomes)[number];

/** The outcome that a status is shown as. */
export function outcomeOf(status: DeliveryStatus): Outcome {
  return status === 'queued' || status === 'sending' ? 'under_way' : status;
}

/** How many deliveries had each outcome. */
export type OutcomeCounts = Readonly<Record<Outcome, number>>;

/** One bar: a span of time with its counts. */
export interface Bar {
  readonly from: Date;
  readonly to: Date;
  readonly counts: OutcomeCounts;
  readonly total: number;
}

/** Adds counts up. */
export function totalOf(hours: readonly DeliveryCount[]): OutcomeCounts {
  const counts: Record<Outcome, number> = { succeeded: 0, failed: 0, interrupted: 0, under_way: 0 };
  for (const { status, count } of hours) counts[outcomeOf(status)] += count;
  return counts;
}

/** A bar between each two neighbours of `boundaries`, empty ones included; counts outside of the bars are left out. */
export function barsOf(hours: readonly DeliveryCount[], boundaries: readonly Date[]): Bar[] {
  const counted = hours.map((count) => ({ at: Date.parse(count.hour), count }));
  return boundaries.slice(1).map((to, index) => {
    const from = boundaries[index]!;
    const inBar = counted.filter(({ at }) => at >= from.getTime() && at < to.getTime());
    const counts = totalOf(inBar.map(({ count }) => count));
    return { from, to, counts, total: sum(counts) };
  });
}

/** All outcomes together. */
export function sum(counts: OutcomeCounts): number {
  return outcomes.reduce((total, outcome) => total + counts[outcome], 0);
}

/**
 * The share of finished deliveries that succeeded, in whole per cent; null where none has finished. It is rounded down,
 * so that 100 says that nothing went wrong.
 */
export function successRate({ succeeded, failed, interrupted }: OutcomeCounts): number | null {
  const finished = succeeded + failed + interrupted;
  return finished === 0 ? null : Math.floor((succeeded * 100) / finished);
}
