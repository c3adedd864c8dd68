/** Counts of deliveries, added up for people. */
import type { DeliveryCount, DurationTotal } from '@belfry/application';
import type { Channel } from '@belfry/domain';
import type { Column } from '../../output/table.js';

/** What became of the deliveries of one event type over one channel. */
export interface StatisticsRow {
  readonly eventType: string;
  readonly channel: Channel;
  readonly succeeded: number;
  readonly failed: number;
  readonly interrupted: number;
  /** Queued, or just being sent. */
  readonly underWay: number;
  readonly durations: DurationTotal['durationMs'] | null;
}

/** One row for each event type and channel that has deliveries, in the order of their names. */
export function statisticsRows(
  counts: readonly DeliveryCount[],
  durations: readonly DurationTotal[],
): readonly StatisticsRow[] {
  const kinds = new Map(counts.map((count) => [`${count.eventType} ${count.channel}`, count]));
  return [...kinds.keys()].sort().map((kind) => {
    const { eventType, channel } = kinds.get(kind)!;
    const isOfKind = (one: { readonly eventType: string; readonly channel: Channel }) =>
      one.eventType === eventType && one.channel === channel;
    const sum = (...statuses: readonly DeliveryCount['status'][]) => sumOf(counts.filter(isOfKind), statuses);
    return {
      eventType,
      channel,
      succeeded: sum('succeeded'),
      failed: sum('failed'),
      interrupted: sum('interrupted'),
      underWay: sum('queued', 'sending'),
      durations: durations.find(isOfKind)?.durationMs ?? null,
    };
  });
}

/** How many of the counted deliveries are in one of these states. */
export function sumOf(
  counts: readonly DeliveryCount[],
  statuses: readonly DeliveryCount['status'][],
): number {
  return counts
    .filter(({ status }) => statuses.includes(status))
    .reduce((total, { count }) => total + count, 0);
}

/** Rounded down: 100 % means that none went wrong. Null where nothing has finished. */
export function successRate({ succeeded, failed, interrupted }: StatisticsRow): string | null {
  const finished = succeeded + failed + interrupted;
  return finished === 0 ? null : `${Math.floor((succeeded * 1000) / finished) / 10} %`;
}

/** The columns of the table; durations are in milliseconds. */
export const statisticsColumns: readonly Column<StatisticsRow>[] = [
  { heading: 'EVENT TYPE', value: ({ eventType }) => eventType },
  { heading: 'CHANNEL', value: ({ channel }) => channel },
  { heading: 'SUCCEEDED', dropped: 6, value: ({ succeeded }) => succeeded },
  { heading: 'FAILED', value: ({ failed }) => failed },
  { heading: 'INTERRUPTED', dropped: 5, value: ({ interrupted }) => interrupted },
  { heading: 'UNDER WAY', dropped: 4, value: ({ underWay }) => underWay },
  { heading: 'SUCCESS', value: successRate },
  { heading: 'P50 MS', dropped: 1, value: ({ durations }) => durations?.p50 },
  { heading: 'P95 MS', dropped: 3, value: ({ durations }) => durations?.p95 },
  { heading: 'P99 MS', dropped: 2, value: ({ durations }) => durations?.p99 },
];
