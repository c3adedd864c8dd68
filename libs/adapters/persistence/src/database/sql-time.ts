/**
 * A time as PostgreSQL reads it whatever its `datestyle`: ISO 8601, with `BC` for the years before 1, which it does not
 * know as 0000 or as negative. A caller may ask for what was there since the year 0000 (RFC 3339).
 */
export function sqlTime(time: Date): string {
  const year = time.getUTCFullYear();
  if (year >= 1) return time.toISOString().replace(/^\+0*/, '');
  return `${String(1 - year).padStart(4, '0')}${time.toISOString().slice(-20)} BC`;
}
