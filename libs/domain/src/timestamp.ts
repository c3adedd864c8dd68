/** The one grammar of time: whatever a caller gives as a time, in a body, a query or an option, is read here. */
import { z } from 'zod';

/** What is said of a text that is no time. */
export const timestampRule = 'must be an RFC 3339 date and time with an offset, such as 2026-11-24T12:00:00Z';

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * Reads an RFC 3339 date and time with any offset and writes it in UTC as `YYYY-MM-DDTHH:MM:SS.sssZ`; digits beyond the
 * millisecond are cut, and a leap second (`:60`, at the end of a month in UTC) is read as the first moment of the next
 * month, as POSIX time does.
 * Answers null for anything else, and where UTC would leave the years 0000 to 9999.
 */
export function parseTimestamp(text: string): string | null {
  const match = rfc3339.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const offsetHour = Number(match[9] ?? 0);
  const offsetMinute = Number(match[10] ?? 0);
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return null;

  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;

  const offset = (match[8] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute);
  date.setUTCHours(hour, minute - offset, second, Number((match[7] ?? '').slice(0, 3).padEnd(3, '0')));
  const isMonthsFirstMinute =
    date.getUTCDate() === 1 && date.getUTCHours() === 0 && date.getUTCMinutes() === 0;
  if (second === 60 && !isMonthsFirstMinute) return null;
  const utcYear = date.getUTCFullYear();
  return utcYear >= 0 && utcYear <= 9999 ? date.toISOString() : null;
}

/** The schema of a time that a caller gives: RFC 3339 with any offset, read as `parseTimestamp` writes it. */
export const timestampText = z
  .string({ error: timestampRule })
  .transform((text, context) => {
    const parsed = parseTimestamp(text);
    if (parsed !== null) return parsed;
    context.addIssue({ code: 'custom', message: timestampRule + hintFor(text) });
    return z.NEVER;
  })
  .meta({ format: 'date-time' });

/** In a query a `+` is a space (URL standard, section 5.1): the offset of a time is lost where it is not encoded. */
function hintFor(text: string): string {
  return parseTimestamp(text.replace(/ (?=\d\d:\d\d$)/, '+')) === null
    ? ''
    : '. The + before its offset has become a space: write it as %2B in a URL';
}
