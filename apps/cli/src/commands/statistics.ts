/** `belfry stats`: how many deliveries an account had, how they ended, and how long they took. */
import type { Channel } from '@belfry/domain';
import type { DeliveryCount } from '@belfry/contract';
import type { DurationsOfKind } from '../backend/backend.js';
import { accountText, verb } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { namingOptions } from '../failure.js';
import { readAccountId } from '../input.js';
import { counted, show } from '../output.js';
import { record, table, type Column } from '../table.js';

export const statisticsCommand = (context: CommandContext) =>
  verb(
    'stats',
    'Count the deliveries of an account by event type and channel, with how long they took',
    ['belfry stats 42', 'belfry stats 42 --window 7d --json'],
    "P50, P95 and P99 are percentiles of the last attempts' durations in milliseconds, accurate to within 10 %.\n" +
      'Over HTTP, percentiles are known for each hour only: use --json to see them.\n' +
      'The current hour is included.',
  )
    .argument('<account>', accountText, readAccountId)
    .option('--window <window>', 'The last hours or days, such as 24h or 7d, at most 31d', '24h')
    .action(async (accountId, options) => {
      const { statistics } = await context.backend();
      const answer = await namingOptions(
        (pointer) => (pointer === '/window' ? '--window' : undefined),
        statistics.get(accountId, options.window),
      );
      const durations = options.json ? null : await statistics.durations(accountId, answer.from);
      show(options, answer, () =>
        [
          table(
            durations === null ? countColumns : [...countColumns, ...durationColumns],
            statisticsRows(answer.hours, durations ?? []),
            'There were no deliveries.',
          ),
          ...(answer.hours.length === 0 ? [] : [byHour(answer)]),
        ].join('\n\n'),
      );
    });

type Status = DeliveryCount['status'];

/** How the deliveries of one event type over one channel ended. */
interface StatisticsRow {
  readonly eventType: string;
  readonly channel: Channel;
  readonly succeeded: number;
  readonly failed: number;
  readonly interrupted: number;
  /** Queued, or just being sent. */
  readonly underWay: number;
  readonly durations: DurationsOfKind['duration_ms'] | null;
}

/** One row for each event type and channel that has deliveries, in the order of their names. */
export function statisticsRows(
  counts: readonly DeliveryCount[],
  durations: readonly DurationsOfKind[],
): readonly StatisticsRow[] {
  const kinds = new Map(counts.map((count) => [`${count.event_type} ${count.channel}`, count]));
  return [...kinds.keys()].sort().map((kind) => {
    const { event_type, channel } = kinds.get(kind)!;
    const isOfKind = (one: { readonly event_type: string; readonly channel: Channel }) =>
      one.event_type === event_type && one.channel === channel;
    const sum = (...statuses: readonly Status[]) => sumOf(counts.filter(isOfKind), statuses);
    return {
      eventType: event_type,
      channel,
      succeeded: sum('succeeded'),
      failed: sum('failed'),
      interrupted: sum('interrupted'),
      underWay: sum('queued', 'sending'),
      durations: durations.find(isOfKind)?.duration_ms ?? null,
    };
  });
}

/** How many of the counted deliveries have one of these statuses. */
export function sumOf(counts: readonly DeliveryCount[], statuses: readonly Status[]): number {
  return counts
    .filter(({ status }) => statuses.includes(status))
    .reduce((total, { count }) => total + count, 0);
}

/** Rounded down: 100 % means that nothing went wrong. Null where nothing has finished. */
export function successRate({ succeeded, failed, interrupted }: StatisticsRow): string | null {
  const finished = succeeded + failed + interrupted;
  return finished === 0 ? null : `${Math.floor((succeeded * 1000) / finished) / 10} %`;
}

const countColumns: readonly Column<StatisticsRow>[] = [
  { heading: 'EVENT TYPE', value: ({ eventType }) => eventType },
  { heading: 'CHANNEL', value: ({ channel }) => channel },
  { heading: 'SUCCEEDED', dropped: 6, value: ({ succeeded }) => succeeded },
  { heading: 'FAILED', value: ({ failed }) => failed },
  { heading: 'INTERRUPTED', dropped: 5, value: ({ interrupted }) => interrupted },
  { heading: 'UNDER WAY', dropped: 4, value: ({ underWay }) => underWay },
  { heading: 'SUCCESS', value: successRate },
];
const durationColumns: readonly Column<StatisticsRow>[] = [
  { heading: 'P50 MS', dropped: 1, value: ({ durations }) => durations?.p50 },
  { heading: 'P95 MS', dropped: 3, value: ({ durations }) => durations?.p95 },
  { heading: 'P99 MS', dropped: 2, value: ({ durations }) => durations?.p99 },
];

const hourMs = 60 * 60 * 1000;
/** What fits on a line beside its name: three days by the hour. */
const longestLine = 72;
const levels = Array.from('▁▂▃▄▅▆▇█');

/** The hours as a line of blocks, for those that succeeded and for those that did not. */
function byHour({
  from,
  to,
  hours: counts,
}: {
  readonly from: string;
  readonly to: string;
  readonly hours: readonly DeliveryCount[];
}): string {
  const begin = new Date(from);
  const hours = Math.floor((Date.parse(to) - begin.getTime()) / hourMs) + 1;
  const line = (...statuses: readonly Status[]) => {
    const numbers = deliveriesByHour(counts, statuses, begin, hours);
    return `${sparkLine(numbers)}  peak ${Math.max(...numbers)}`;
  };
  return record([
    ['', `from ${from}, ${counted(hoursPerCharacter(hours), 'hour')} per character`],
    ['succeeded', line('succeeded')],
    ['failed', line('failed', 'interrupted')],
  ]);
}

function hoursPerCharacter(hours: number): number {
  return Math.ceil(hours / longestLine);
}

/** How many deliveries with these statuses there were: a number for each hour, or for each few where there are many. */
export function deliveriesByHour(
  counts: readonly DeliveryCount[],
  statuses: readonly Status[],
  from: Date,
  hours: number,
): readonly number[] {
  const width = hoursPerCharacter(hours);
  return Array.from({ length: Math.ceil(hours / width) }, (_empty, place) => {
    const begin = from.getTime() + place * width * hourMs;
    const within = counts.filter(
      ({ hour }) => Date.parse(hour) >= begin && Date.parse(hour) < begin + width * hourMs,
    );
    return sumOf(within, statuses);
  });
}

/** A line as high as the numbers: a full block for the largest, a dot for zero. */
export function sparkLine(numbers: readonly number[]): string {
  const most = Math.max(...numbers);
  return numbers
    .map((number) => (number === 0 ? '.' : levels[Math.ceil((number / most) * levels.length) - 1]!))
    .join('');
}
