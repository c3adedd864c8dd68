/** Known vulnerabilities, as `npm audit` tells them. */
import { npm } from './npm.mjs';

/**
 * Asks for advisories on everything a folder's lockfile holds.
 * @param {string} folder
 * @returns {Promise<{ found: string[], unanswered: string | null }>}
 */
export async function vulnerableIn(folder) {
  const { json, error } = await npm(['audit', '--json'], folder);
  // A registry without the advisories service answers with an error in place of a report.
  if (json?.vulnerabilities === undefined) return { found: [], unanswered: json?.message ?? error };
  const found = Object.values(json.vulnerabilities).map(({ name, severity, range, via, fixAvailable }) => {
    const titles = via.map((cause) => (typeof cause === 'string' ? `by ${cause}` : cause.title));
    return `${name} ${range}: ${severity}, ${titles.join('; ')}${fixAvailable ? ' (an upgrade mends it)' : ''}`;
  });
  return { found, unanswered: null };
}
