/** Counts of deliveries, put together for the eye: bars of the chart, and one event type's last 24 hours. */
import type { DeliveryStatus } from '@belfry/domain';
import type { HourCount } from '../api/wire.js';

const hourMs = 60 * 60 * 1000;

/** What the eye tells apart; what is queued and what is being sent is all under way. */
export const outcomes = ['succeeded', 'failed', 'interrupted', 'under_way'] as const;
export type Outcome = (typeof outcomes)[number];

/** The outcome that a status is shown as. */
export function outcomeOf(status: DeliveryStatus): Outcome {
  return status === 'queued' || status === 'sending' ? 'under_way' : status;
}

/** How many there were of each outcome. */
export type OutcomeCounts = Readonly<Record<Outcome, number>>;

/** One bar: a span of time with its counts. */
export interface Bar {
  readonly from: Date;
  readonly to: Date;
  readonly counts: OutcomeCounts;
  readonly total: number;
}

/** Adds counts up. */
export function totalOf(hours: readonly HourCount[]): OutcomeCounts {
  const counts: Record<Outcome, number> = { succeeded: 0, failed: 0, interrupted: 0, under_way: 0 };
  for (const { status, count } of hours) counts[outcomeOf(status)] += count;
  return counts;
}

/**
 * Bars of `hoursEach` hours from `from` on, empty ones included. `from` is a full hour; counts outside of the bars are
 * left out.
 */
export function barsOf(hours: readonly HourCount[], from: Date, bars: number, hoursEach: number): Bar[] {
  const widthMs = hoursEach * hourMs;
  const inBar = Array.from({ length: bars }, (): HourCount[] => []);
  for (const count of hours) {
    inBar[Math.floor((Date.parse(count.hour) - from.getTime()) / widthMs)]?.push(count);
  }
  return inBar.map((counted, index) => {
    const counts = totalOf(counted);
    return {
      from: new Date(from.getTime() + index * widthMs),
      to: new Date(from.getTime() + (index + 1) * widthMs),
      counts,
      total: sum(counts),
    };
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
