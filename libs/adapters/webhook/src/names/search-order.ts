/**
 * Which names the system would ask for, in which order, when it is given one (resolv.conf(5), `search` and `ndots`).
 * c-ares, as Node exposes it, asks for exactly the name that it is given.
 */
import { hostname } from 'node:os';

export const resolvConfPath = '/etc/resolv.conf';

/** What resolv.conf says of incomplete names. */
export interface SearchOrder {
  readonly domains: readonly string[];
  /** A name with at least as many dots is asked for as it stands before the domains are tried. */
  readonly dots: number;
}

/** One name to ask for. */
export interface Candidate {
  readonly name: string;
  /** Whether one of this machine's own search domains was put behind the name that was given. */
  readonly isBySearch: boolean;
}

const mostDots = 15;

/** Reads resolv.conf. The last `search` or `domain` counts; without one, the domain of this machine's own name. */
export function parseResolvConf(text: string, ownName = hostname()): SearchOrder {
  const ownDomain = ownName.includes('.') ? [ownName.slice(ownName.indexOf('.') + 1)] : [];
  let domains: readonly string[] = ownDomain;
  let dots = 1;
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'search') domains = values;
    if (keyword === 'domain') domains = values.slice(0, 1);
    if (keyword !== 'options') continue;
    for (const option of values) {
      const given = /^ndots:(\d+)$/.exec(option);
      if (given !== null) dots = Math.min(Number(given[1]), mostDots);
    }
  }
  return { domains: domains.map((domain) => domain.replace(/\.$/, '')).filter((one) => one !== ''), dots };
}

/** The names to ask for, one after the other until one exists. A dot at the end makes a name complete. */
export function candidatesFor(name: string, { domains, dots }: SearchOrder): readonly Candidate[] {
  const complete = { name: name.replace(/\.$/, ''), isBySearch: false };
  if (name.endsWith('.')) return [complete];
  const searched = domains.map((domain) => ({ name: `${name}.${domain}`, isBySearch: true }));
  return name.split('.').length - 1 >= dots ? [complete, ...searched] : [...searched, complete];
}
