const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/**
 * A payload's timestamp for people, such as `24 November 2026, 12:00:00 UTC`. A text that is not RFC 3339 in UTC, as a
 * payload's is, comes back unchanged.
 */
export function readableTime(timestamp: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/.exec(timestamp);
  const month = months[Number(match?.[2]) - 1];
  if (match === null || month === undefined) return timestamp;
  return `${Number(match[3])} ${month} ${match[1]!}, ${match[4]!} UTC`;
}
