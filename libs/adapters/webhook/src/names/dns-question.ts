import { promises } from 'node:dns';
import { networkInterfaces } from 'node:os';
import type { Address } from './address.js';

/** What the name servers say of one name. */
export type DnsAnswer =
  | { readonly kind: 'found'; readonly addresses: readonly Address[]; readonly ttlSeconds: number }
  /** The name does not exist, or has no address. */
  | { readonly kind: 'none' }
  /** Unknown: no answer in time, or a name server's own fault. */
  | { readonly kind: 'unknown' };

/** A question that is on its way. */
export interface DnsQuestion {
  readonly answer: Promise<DnsAnswer>;
  /** Ends the wait: the answer is then what has come, or `unknown`. */
  cancel(): void;
}

/** Milliseconds until the question is put again, to the next name server, in the first round; doubled for each further one. */
const nextServerMs = 1_000;
const rounds = 3;
/** Longer than anybody waits: c-ares takes no answer that comes after its own time-out, since it closes the socket then. */
const answerMs = 60_000;
/** Milliseconds that the addresses of one family wait for those of the other (compare RFC 8305 section 3). */
const otherFamilyMs = 250;

/** What c-ares says of a name that is not there, and of one that could never be. */
const notThere = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME', 'EBADQUERY']);

type Family = { readonly addresses: readonly (Address & { readonly ttl: number })[] } | 'none' | 'unknown';

/**
 * Asks for a name's A and AAAA records side by side. Each round is a resolver (a c-ares channel) of its own, 30 µs of
 * CPU: it can be ended without ending others, shares no socket and no port with them, and what a name that never
 * answers teaches c-ares about the servers spoils no other question.
 */
export function askDns(name: string, servers: readonly string[] | null): DnsQuestion {
  const asked = new AskedRounds(name, servers);
  const cancel = () => asked.end();
  return {
    answer: bothFamilies([asked.ask(4), asked.ask(6)], cancel)
      .then(combine)
      .finally(cancel),
    cancel,
  };
}

/**
 * The rounds of one question. A round that is not answered stays open beside the next one: the answer of a slow server
 * counts whenever it comes, and a lost packet or a dead server costs a second.
 */
class AskedRounds {
  readonly #resolvers: promises.Resolver[] = [];
  #isOver = false;

  constructor(
    private readonly name: string,
    private readonly servers: readonly string[] | null,
  ) {}

  /** What the first round that knows says of this family; `unknown` once no round is left, or the question was ended. */
  ask(family: 4 | 6): Promise<Family> {
    return new Promise((resolve) => {
      let begun = 0;
      let open = 0;
      let next: NodeJS.Timeout | undefined;
      const begin = () => {
        clearTimeout(next);
        if (begun === rounds || this.#isOver) return;
        next = setTimeout(begin, nextServerMs * 2 ** begun);
        open += 1;
        void this.#askOnce(begun++, family).then((found) => {
          open -= 1;
          // A server that failed at once is not waited for.
          if (found === 'unknown') begin();
          if (found === 'unknown' && open > 0) return;
          clearTimeout(next);
          resolve(found);
        });
      };
      begin();
    });
  }

  /** Ends every round that is still open. */
  end(): void {
    this.#isOver = true;
    for (const resolver of this.#resolvers) resolver.cancel();
  }

  async #askOnce(round: number, family: 4 | 6): Promise<Family> {
    const resolver = (this.#resolvers[round] ??= this.#resolverOf(round));
    try {
      const records = await (family === 4
        ? resolver.resolve4(this.name, { ttl: true })
        : resolver.resolve6(this.name, { ttl: true }));
      return { addresses: records.map(({ address, ttl }) => ({ address, ttl, family })) };
    } catch (error) {
      return notThere.has((error as NodeJS.ErrnoException).code ?? '') ? 'none' : 'unknown';
    }
  }

  /** Each round begins with another server. */
  #resolverOf(round: number): promises.Resolver {
    const resolver = new promises.Resolver({ timeout: answerMs, tries: 1 });
    if (this.servers === null && round === 0) return resolver;
    const servers = this.servers ?? resolver.getServers();
    const first = round % Math.max(1, servers.length);
    resolver.setServers([...servers.slice(first), ...servers.slice(0, first)]);
    return resolver;
  }
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
