/** What the operator lets webhooks reach although it is not public. An entry opens exactly what it names. */
import ipaddr from 'ipaddr.js';
import { failure, success, type Problem, type Result } from './problem.js';
import { isInRange, readAddress, readRange, whyNotPublic, type AddressRange } from './public-address.js';

/** What the operator lets webhooks reach although it is not public. */
export interface AllowedDestinations {
  /** Host names or addresses, each as `host` (any port) or `host:port`, in the URL parser's normal form. */
  readonly hosts: ReadonlySet<string>;
  /** Address ranges in CIDR notation. */
  readonly cidrs: readonly string[];
  /** Whole endpoints, as origin and path: the development endpoint of the sample account. */
  readonly endpoints: readonly string[];
}

/** Nothing but public addresses. */
export const publicDestinationsOnly: AllowedDestinations = { hosts: new Set(), cidrs: [], endpoints: [] };

/**
 * Reads the operator's two comma-separated lists. Hosts are `host` or `host:port`, an IPv6 address with or without
 * brackets; ranges are in CIDR notation, or single addresses. Every bad entry is a problem that names it, with the
 * setting's name as the pointer.
 */
export function parseAllowedDestinations(hosts: string, cidrs: string): Result<AllowedDestinations> {
  const problems: Problem[] = [];
  const readAll = (setting: string, list: string, form: string, read: (entry: string) => string | null) =>
    entriesOf(list).flatMap((entry) => {
      const value = read(entry);
      if (value !== null) return [value];
      problems.push({
        pointer: `/${setting}`,
        message: `must be a comma-separated list of ${form}: "${entry}" is not one`,
      });
      return [];
    });
  const allowed = {
    hosts: new Set(
      readAll('WEBHOOK_ALLOWED_HOSTS', hosts, 'host or host:port, without scheme or path', normalHost),
    ),
    cidrs: readAll('WEBHOOK_ALLOWED_CIDRS', cidrs, 'address ranges such as 10.0.0.0/8', normalRange),
    endpoints: [],
  };
  return problems.length > 0 ? failure(...problems) : success(allowed);
}

/** Says whether a webhook may be sent to this address: it is public, or in one of the allowed ranges. False for text that is no IP address. */
export function isAllowedAddress(address: string, allowed: AllowedDestinations): boolean {
  const read = readAddress(address);
  if (read === null) return false;
  if (whyNotPublic(read) === null) return true;
  const ranges = rangesOf(allowed.cidrs);
  if (ranges.some((range) => isInRange(read, range))) return true;
  // An IPv4-mapped address is connected to by IPv4.
  if (!(read instanceof ipaddr.IPv6) || !read.isIPv4MappedAddress()) return false;
  const mapped = read.toIPv4Address();
  return ranges.some((range) => isInRange(mapped, range));
}

/** Says whether the operator's list names this URL's host (with or without its port), or the whole endpoint. */
export function isAllowedEndpoint(url: URL, allowed: AllowedDestinations): boolean {
  const host = withoutRootDot(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return (
    allowed.hosts.has(host) ||
    allowed.hosts.has(`${host}:${port}`) ||
    allowed.endpoints.includes(url.origin + url.pathname)
  );
}

/** A host name without the dot of the DNS root at its end: `localhost.` is `localhost`. */
export function withoutRootDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}

const readRanges = new WeakMap<readonly string[], readonly AddressRange[]>();

/** The ranges of a list, read once: this is asked for each connection. */
function rangesOf(cidrs: readonly string[]): readonly AddressRange[] {
  const known = readRanges.get(cidrs);
  if (known !== undefined) return known;
  const ranges = cidrs.map((cidr) => {
    const range = readRange(cidr);
    if (range === null) throw new Error(`allowed address range ${cidr} was not checked`);
    return range;
  });
  readRanges.set(cidrs, ranges);
  return ranges;
}

function entriesOf(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function normalRange(entry: string): string | null {
  const range = readRange(entry);
  if (range === null) return null;
  const [address, prefix] = range;
  const cidr = `${address.toString()}/${prefix}`;
  const kind = address instanceof ipaddr.IPv4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${kind.networkAddressFromCIDR(cidr).toString()}/${prefix}`;
}

function normalHost(entry: string): string | null {
  const text = ipaddr.IPv6.isValid(entry) ? `[${entry}]` : entry;
  // The port is cut off first: the URL parser would drop a default one, and with it the limit that was meant.
  const parts = /^([^\s/\\?#@%*]+?)(?::(\d{1,5}))?$/.exec(text);
  if (parts === null || !URL.canParse(`http://${parts[1]!}/`)) return null;
  const url = new URL(`http://${parts[1]!}/`);
  if (url.port !== '') return null;
  const host = withoutRootDot(url.hostname);
  if (host === '') return null;
  if (parts[2] === undefined) return host;
  const port = Number(parts[2]);
  return port >= 1 && port <= 65_535 ? `${host}:${port}` : null;
}
