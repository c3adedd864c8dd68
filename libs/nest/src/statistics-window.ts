/** The hours that statistics are asked for. REST and the command line share it. */

const hourMs = 60 * 60 * 1000;
const mostHours = 31 * 24;

/** What a window must be, to follow its name. */
export const windowRule = 'must be a number of hours or days such as 24h or 7d, at most 31d';

/** How many hours a window such as `24h` or `7d` has; null where it is none, or longer than 31 days. */
export function hoursOfWindow(text: string): number | null {
  if (!/^[1-9]\d{0,2}[hd]$/.test(text)) return null;
  const hours = Number.parseInt(text, 10) * (text.endsWith('d') ? 24 : 1);
  return hours <= mostHours ? hours : null;
}

/** The beginning of a window's first hour; the hour that is under way is its last. */
export function beginningOfWindow(hours: number, now: Date): Date {
  return new Date((Math.floor(now.getTime() / hourMs) - (hours - 1)) * hourMs);
}
