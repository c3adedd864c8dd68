import type { DeliveryCount } from '@belfry/application';
import { sumOf } from './statistics-table.js';

const levels = [...'▁▂▃▄▅▆▇█'];
const hourMs = 60 * 60 * 1000;
/** What fits on a line beside its name: three days by the hour. */
const longest = 72;

/** How many hours one sign of the line stands for. */
export function hoursASign(hours: number): number {
  return Math.ceil(hours / longest);
}

/** How many deliveries with these states there were, a sign for each hour, or for each few where there are many. */
export function deliveriesByHour(
  counts: readonly DeliveryCount[],
  statuses: readonly DeliveryCount['status'][],
  from: Date,
  hours: number,
): readonly number[] {
  const width = hoursASign(hours);
  return Array.from({ length: Math.ceil(hours / width) }, (_empty, place) => {
    const begin = from.getTime() + place * width * hourMs;
    const within = counts.filter(
      ({ hour }) => hour.getTime() >= begin && hour.getTime() < begin + width * hourMs,
    );
    return sumOf(within, statuses);
  });
}

/** A line as high as the numbers: a full block for the largest, a dot for none. */
export function sparkLine(numbers: readonly number[]): string {
  const most = Math.max(...numbers);
  return numbers
    .map((number) => (number === 0 ? '.' : levels[Math.ceil((number / most) * levels.length) - 1]!))
    .join('');
}
