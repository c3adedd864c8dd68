/** Where in the admin page somebody is led: a path of the page, and nothing else. */
import { failure, success, type Result } from './problem.js';

/** The page's addresses: the tabs Notifications & Webhooks, Company, Deliveries. */
export const pagePaths = ['/', '/company', '/deliveries'] as const;

const longest = 1_000;
const message = `must be a path of the admin page (${pagePaths.join(', ')}), with or without a query and at most ${longest} characters long, such as /deliveries?status=failed`;

/** What names the account in the page's query: the link's own account, whatever a path says. */
export const accountParameter = 'account';

/**
 * Reads a path of the page with an optional query. A browser takes `//host`, `/\host` and a tab between the slashes for
 * another host: nothing gets through that is not, character by character, one of the page's own paths.
 */
export function readPagePath(input: unknown): Result<string> {
  const wrong = failure({ pointer: '/to', message });
  if (typeof input !== 'string' || input.length > longest) return wrong;
  const [path, query, ...rest] = input.split('?');
  if (rest.length > 0 || !pagePaths.some((known) => known === path)) return wrong;
  if (query === undefined || query === '') return success(path!);
  // The characters of a query, RFC 3986 section 3.4. A fragment never gets to a server, so it can't be one's wish.
  if (!/^[A-Za-z0-9._~!$&'()*+,;=:@/%-]*$/.test(query)) return wrong;
  return success(`${path!}?${query}`);
}

/** The page's address for an account: each tab of a browser names the account that it is for. */
export function pageAddress(path: string, accountId: number): string {
  const [tab, query = ''] = path.split('?');
  const kept = query.split('&').filter((pair) => pair !== '' && pair.split('=')[0] !== accountParameter);
  return `${tab!}?${[`${accountParameter}=${accountId}`, ...kept].join('&')}`;
}
