import { promises } from 'node:dns';
import { networkInterfaces } from 'node:os';
import type { Address } from './address.js';

/** What the name servers say of one name. */
export type DnsAnswer =
  | { readonly kind: 'found'; readonly addresses: readonly Address[]; readonly ttlSeconds: number }
  /** The name does not exist, or has no address. */
  | { readonly kind: 'none' }
  /** Nobody said: no answer in time, or a name server's own fault. */
  | { readonly kind: 'unknown' };

/** A question that is on its way. */
export interface DnsQuestion {
  readonly answer: Promise<DnsAnswer>;
  /** Ends the wait: the answer is then what has come, or `unknown`. */
  cancel(): void;
}

/** Milliseconds until a name server that does not answer is passed over, in the first round; c-ares doubles it for each further one. */
const nextServerMs = 1_000;
const rounds = 3;

/** Milliseconds that the addresses of one family wait for those of the other (compare RFC 8305 section 3). */
const otherFamilyMs = 250;

/** What c-ares says of a name that is not there, and of one that could never be. */
const notThere = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME', 'EBADQUERY']);

type Family = { readonly addresses: readonly (Address & { readonly ttl: number })[] } | 'none' | 'unknown';

/**
 * Asks for a name's A and AAAA records side by side. Each question is a resolver (a c-ares channel) of its own, 30 µs of
 * CPU: it can be ended without ending others, shares no socket and no port with them, and what a name that never
 * answers teaches c-ares about the servers spoils no other question.
 */
export function askDns(name: string, servers: readonly string[] | null): DnsQuestion {
  const resolver = new promises.Resolver({ timeout: nextServerMs, tries: rounds });
  if (servers !== null) resolver.setServers(servers);
  const ask = async (family: 4 | 6): Promise<Family> => {
    try {
      const records = await (family === 4
        ? resolver.resolve4(name, { ttl: true })
        : resolver.resolve6(name, { ttl: true }));
      return { addresses: records.map(({ address, ttl }) => ({ address, ttl, family })) };
    } catch (error) {
      return notThere.has((error as NodeJS.ErrnoException).code ?? '') ? 'none' : 'unknown';
    }
  };
  return {
    answer: bothFamilies([ask(4), ask(6)], () => resolver.cancel()).then(combine),
    cancel: () => resolver.cancel(),
  };
}

/** Both, or the first alone where it found addresses and the other one is late. */
async function bothFamilies(asked: readonly Promise<Family>[], cancel: () => void): Promise<Family[]> {
  let late: NodeJS.Timeout | undefined;
  for (const family of asked) {
    void family.then((found) => {
      if (typeof found === 'object') late ??= setTimeout(cancel, otherFamilyMs);
    });
  }
  const both = await Promise.all(asked);
  clearTimeout(late);
  return both;
}

function combine([four = 'unknown', six = 'unknown']: readonly Family[]): DnsAnswer {
  const order = hasPublicIpv6() ? [six, four] : [four, six];
  const found = order.flatMap((family) => (typeof family === 'object' ? family.addresses : []));
  if (found.length > 0) {
    const ttlSeconds = Math.min(...found.map(({ ttl }) => ttl));
    return {
      kind: 'found',
      addresses: found.map(({ address, family }) => ({ address, family })),
      ttlSeconds,
    };
  }
  return { kind: four === 'unknown' || six === 'unknown' ? 'unknown' : 'none' };
}

/** Says whether this machine has an IPv6 address that reaches beyond it: then IPv6 is tried first (RFC 6724). */
function hasPublicIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(
      ({ family, internal, address }) => family === 'IPv6' && !internal && /^[23]/.test(address),
    ),
  );
}
