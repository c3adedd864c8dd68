/**
 * The smallest UUIDv7 (RFC 9562, section 5.7) of a millisecond: the first 48 bits are the time since 1970, version and
 * variant are set, the rest is zero. Times outside of what 48 bits hold are moved to the nearest that they do.
 */
export function smallestUuidAt(time: Date): string {
  const milliseconds = Math.min(Math.max(time.getTime(), 0), 2 ** 48 - 1);
  const hexadecimal = milliseconds.toString(16).padStart(12, '0');
  return `${hexadecimal.slice(0, 8)}-${hexadecimal.slice(8)}-7000-8000-000000000000`;
}

/**
 * How far an id's time may be from its row's own: ids of a process never go back, so where its clock is set back they
 * run ahead of it. Rows are chosen by their own time; the ids only tell the primary key where to look.
 */
const clockSlackMs = 60 * 60 * 1000;

/** The ids among which all rows from `from` (included) to `to` (not included) are found; null where there is no bound. */
export function idsAround(
  from: Date | undefined,
  to: Date | undefined,
): { low: string | null; high: string | null } {
  return {
    low: from === undefined ? null : smallestUuidAt(new Date(from.getTime() - clockSlackMs)),
    high: to === undefined ? null : smallestUuidAt(new Date(to.getTime() + clockSlackMs)),
  };
}
