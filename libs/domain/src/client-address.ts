/** Whose address a request comes from, where proxies stand before this process, and which addresses count as one client. */
import ipaddr from 'ipaddr.js';
import { failure, success, type Result } from './problem.js';
import { isInRange, readAddress, readRange, type Address, type AddressRange } from './public-address.js';

/** Proxies whose word about the client's address counts. */
export type TrustedProxies = readonly AddressRange[];

/**
 * Reads a comma-separated list of addresses and ranges in CIDR notation; `setting` is the pointer of what is wrong. A
 * range of all addresses is refused: everybody could then name any address as theirs.
 */
export function parseTrustedProxies(setting: string, list: string): Result<TrustedProxies> {
  const entries = list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const ranges = entries.map(readRange);
  const bad = entries.find((_entry, place) => ranges[place] === null);
  const wrong = (message: string) => failure({ pointer: `/${setting}`, message });
  if (bad !== undefined) {
    return wrong(
      `must be a comma-separated list of addresses and ranges such as 10.0.0.7 or fd00::/8: "${bad}" is neither`,
    );
  }
  const read = ranges as AddressRange[];
  if (read.some(([, prefix]) => prefix === 0)) {
    return wrong('must name your proxies: a range of all addresses would let anyone claim any address');
  }
  return success(read);
}

/**
 * The address of the client. `peer` is the other end of the connection; where that is a trusted proxy, the last address
 * in `forwardedFor` (the text of `X-Forwarded-For`, with further ones before it) that is no trusted proxy. What a client
 * itself puts into the header stands before what the proxies add, and is not reached. Where an entry is no address, the
 * proxy that passed it on.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): string {
  // Without more to read it is what it is; this is asked for each request.
  if (trusted.length === 0 || forwardedFor === undefined) {
    return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(peer) ? peer.slice('::ffff:'.length) : peer;
  }
  let client = bare(peer);
  for (let end = forwardedFor.length; client !== null && isTrusted(client, trusted) && end >= 0;) {
    const begin = forwardedFor.lastIndexOf(',', end - 1);
    const named = bare(withoutPort(forwardedFor.slice(begin + 1, end).trim()));
    if (named === null) break;
    client = named;
    end = begin;
  }
  return client === null ? peer : client.toString();
}

/** What counts as one client: an IPv4 address, or the /64 of an IPv6 address, which one customer of a provider has whole. */
export function clientBlock(address: string): string {
  const read = bare(address);
  if (!(read instanceof ipaddr.IPv6)) return address;
  const network = [...read.parts.slice(0, 4), 0, 0, 0, 0];
  return `${new ipaddr.IPv6(network).toString()}/64`;
}

function isTrusted(address: Address, trusted: TrustedProxies): boolean {
  return trusted.some((range) => isInRange(address, range));
}

/** An address without its zone; one of IPv4 in the form of IPv6 (RFC 4291 section 2.5.5.2) as what it is. */
function bare(text: string): Address | null {
  const address = readAddress(text.replace(/%[\w.-]*$/, ''));
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** Some proxies add the port, as `192.0.2.1:4711` or `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return text.replace(/^(\[[^\]]*\]|\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
}
