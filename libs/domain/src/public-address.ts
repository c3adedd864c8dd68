/**
 * Which IP addresses are public: the one table that decides what a webhook may reach. A row is a range that the IANA
 * special-purpose address registries (RFC 6890) call not globally reachable, or where no one's endpoint can be
 * although the registry calls it reachable: multicast, and the anycast addresses of AS112 and AMT, which lead to the
 * nearest such server and so perhaps to one of our own network.
 */
import ipaddr from 'ipaddr.js';

/** An IP address, read. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The first address of a range and the length of its prefix in bits. */
export type AddressRange = readonly [Address, number];

/** A range and what it is, with the document that sets it aside. */
type Row = readonly [range: AddressRange, is: string];

const nonPublicIPv4 = rows([
  ['0.0.0.0/8', 'this network (RFC 791)'],
  ['10.0.0.0/8', 'private (RFC 1918)'],
  ['100.64.0.0/10', 'shared by carriers (RFC 6598)'],
  ['127.0.0.0/8', 'loopback (RFC 1122)'],
  ['169.254.0.0/16', 'link-local (RFC 3927)'],
  ['172.16.0.0/12', 'private (RFC 1918)'],
  // Its two reachable exceptions, 192.0.0.9 and .10, are anycast like AS112.
  ['192.0.0.0/24', 'for protocols (RFC 6890)'],
  ['192.0.2.0/24', 'for documentation (RFC 5737)'],
  ['192.31.196.0/24', 'AS112 anycast (RFC 7535)'],
  ['192.52.193.0/24', 'AMT anycast (RFC 7450)'],
  ['192.88.99.0/24', 'deprecated 6to4 anycast (RFC 7526)'],
  ['192.168.0.0/16', 'private (RFC 1918)'],
  ['192.175.48.0/24', 'AS112 anycast (RFC 7534)'],
  ['198.18.0.0/15', 'for benchmarks (RFC 2544)'],
  ['198.51.100.0/24', 'for documentation (RFC 5737)'],
  ['203.0.113.0/24', 'for documentation (RFC 5737)'],
  ['224.0.0.0/4', 'multicast (RFC 5771)'],
  ['255.255.255.255/32', 'broadcast (RFC 919)'],
  ['240.0.0.0/4', 'reserved (RFC 1112)'],
]);

const nonPublicIPv6 = rows([
  ['::/128', 'unspecified (RFC 4291)'],
  ['::1/128', 'loopback (RFC 4291)'],
  ['64:ff9b:1::/48', 'for local translation (RFC 8215)'],
  ['100::/64', 'discarded (RFC 6666)'],
  ['100:0:0:1::/64', 'a dummy prefix (RFC 9780)'],
  // Teredo (2001::/32, RFC 4380) is in this block. It hides a server's and a client's IPv4 address; both would have to
  // be judged, and the service is gone: refused as a whole.
  ['2001::/23', 'for protocols (RFC 2928)'],
  ['2001:db8::/32', 'for documentation (RFC 3849)'],
  ['2620:4f:8000::/48', 'AS112 anycast (RFC 7534)'],
  ['3fff::/20', 'for documentation (RFC 9637)'],
  ['5f00::/16', 'for segment routing (RFC 9602)'],
  ['fc00::/7', 'unique local (RFC 4193)'],
  ['fe80::/10', 'link-local (RFC 4291)'],
  ['fec0::/10', 'site-local (RFC 3879)'],
  ['ff00::/8', 'multicast (RFC 4291)'],
]);

/** Ranges whose addresses lead to an IPv4 address, and at which of the 16 octets that one begins. */
const carriersOfIPv4 = (
  [
    ['::ffff:0:0/96', 12], // IPv4-mapped, RFC 4291 section 2.5.5.2
    ['::/96', 12], // IPv4-compatible, RFC 4291 section 2.5.5.1
    ['64:ff9b::/96', 12], // NAT64, RFC 6052
    ['2002::/16', 2], // 6to4, RFC 3056
  ] as const
).map(([range, octet]) => ({ range: known(range), octet }));

/** All that is given out for global unicast (RFC 4291 section 2.4, IANA IPv6 address space registry). */
const globalUnicastIPv6 = known('2000::/3');

/** Says whether an IP address (v4 or v6, as text; a v6 one also in brackets) can be reached by the public. False for any other text. */
export function isPublicAddress(address: string): boolean {
  const read = readAddress(address);
  return read !== null && whyNotPublic(read) === null;
}

/** What a non-public address is, such as `loopback (RFC 1122)`; null for a public one. */
export function whyNotPublic(address: Address): string | null {
  if (address instanceof ipaddr.IPv4) return rowOf(nonPublicIPv4, address);
  const own = rowOf(nonPublicIPv6, address);
  if (own !== null) return own;
  const carrier = carriersOfIPv4.find(({ range }) => isInRange(address, range));
  if (carrier !== undefined) {
    return whyNotPublic(new ipaddr.IPv4(address.toByteArray().slice(carrier.octet, carrier.octet + 4)));
  }
  return isInRange(address, globalUnicastIPv6) ? null : 'unassigned (RFC 4291)';
}

/** Reads an IP address: v4 as four decimal numbers, v6 with or without brackets. Null for any other text. */
export function readAddress(text: string): Address | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  // ipaddr.js reads ::10.0.0.1 as ::ffff:10.0.0.1; written out, it is what it says.
  const ipv6 = bare.replace(/^::(?=\d+\.)/, '0:0:0:0:0:0:');
  return ipaddr.IPv6.isValid(ipv6) ? ipaddr.IPv6.parse(ipv6) : null;
}

/**
 * Reads a range in CIDR notation (RFC 4632, RFC 4291 section 2.3), or a single address. A range of IPv4-mapped
 * addresses is read as the IPv4 range it means. Null for any other text: `10/8` is no short form of `10.0.0.0/8`.
 */
export function readRange(text: string): AddressRange | null {
  const [addressText = '', prefixText, ...rest] = text.split('/');
  const address = addressText.includes('%') ? null : readAddress(addressText);
  if (address === null || rest.length > 0) return null;
  const longest = address instanceof ipaddr.IPv4 ? 32 : 128;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return null;
  const prefix = Number(prefixText ?? longest);
  if (prefix > longest) return null;
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && prefix >= 96
    ? [address.toIPv4Address(), prefix - 96]
    : [address, prefix];
}

/** Says whether an address is in a range of the same kind (IPv4 or IPv6). */
export function isInRange(address: Address, [first, prefix]: AddressRange): boolean {
  return address.kind() === first.kind() && address.match(first, prefix);
}

function rowOf(table: readonly Row[], address: Address): string | null {
  return table.find(([range]) => isInRange(address, range))?.[1] ?? null;
}

function rows(table: readonly (readonly [range: string, is: string])[]): readonly Row[] {
  return table.map(([range, is]) => [known(range), is] as const);
}

function known(range: string): AddressRange {
  return ipaddr.parseCIDR(range);
}
