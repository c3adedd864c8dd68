/**
 * Looks the names of endpoints up, so that one account's slow name holds up no other account.
 *
 * - Nothing here runs in libuv's pool of four threads, where `dns.lookup` puts one blocking call for each webhook.
 * - A name is asked for once at a time; others that want it wait for the same answer.
 * - Answers are kept as long as they say (RFC 1035 section 3.2.1), a minute at most; failures for a few seconds.
 * - An account has four names on their way at most; further ones wait for its own.
 * - A look-up has a time limit, its wait for a place included.
 *
 * The hosts file and the search order of resolv.conf count as they do for the system's resolver; both are read again
 * when they change. The addresses are not judged here: whoever connects judges the one that is connected to.
 */
import type { Address } from './address.js';
import { askDns, type DnsAnswer, type DnsQuestion } from './dns-question.js';
import { hostsFilePath, parseHosts } from './hosts-file.js';
import { candidatesFor, parseResolvConf, resolvConfPath } from './search-order.js';
import { WatchedFile } from './watched-file.js';

/** How names are looked up. All but the first are for tests. */
export interface NameOptions {
  /** Name servers as `address` or `address:port`; the system's unless given. */
  readonly servers?: readonly string[];
  /** Milliseconds that a look-up may take; 5,000 unless given, as long as glibc waits for one server. */
  readonly limitMs?: number;
  readonly hostsFile?: string;
  readonly resolvConf?: string;
}

/** What is known of a name. No addresses: it has none, or no answer came in time. */
export interface FoundName {
  readonly addresses: readonly Address[];
  /** Whether it was found only with one of this machine's search domains behind it. */
  readonly isBySearch: boolean;
}

const presetLimitMs = 5_000;
/** Milliseconds that an answer is kept, however much longer it says: an endpoint that moves is followed. */
const longestKeptMs = 60_000;
/** For a name that does not exist; a customer who has just made it should not have to wait for it. */
const missingKeptMs = 5_000;
/** Where no answer came: short, since a webhook that fails in that time is not tried again. */
const unansweredKeptMs = 2_000;
const mostKept = 2_000;
const mostPerAccount = 4;

const nothing: FoundName = { addresses: [], isBySearch: false };
const loopback: FoundName = {
  addresses: [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ],
  isBySearch: false,
};

/** Looks names up, and remembers them. */
export class EndpointNames {
  readonly #hosts;
  readonly #searchOrder;
  readonly #servers: readonly string[] | null;
  readonly #limitMs: number;
  readonly #kept = new Map<string, FoundName & { readonly until: number }>();
  readonly #asking = new Map<string, Promise<FoundName>>();
  readonly #accounts = new Map<number, NamesOfAccount>();
  readonly #questions = new Set<DnsQuestion>();

  constructor(options: NameOptions = {}) {
    this.#servers = options.servers ?? null;
    this.#limitMs = options.limitMs ?? presetLimitMs;
    this.#hosts = new WatchedFile(options.hostsFile ?? hostsFilePath, parseHosts);
    this.#searchOrder = new WatchedFile(options.resolvConf ?? resolvConfPath, parseResolvConf);
  }

  /** Names that are remembered now. */
  get remembered(): number {
    return this.#kept.size;
  }

  /** The addresses of a host name, on behalf of an account. A promise only where somebody has to be asked. Never fails. */
  find(hostname: string, accountId: number): FoundName | Promise<FoundName> {
    const name = hostname.toLowerCase();
    const listed = this.#hosts.content.get(name.replace(/\.$/, ''));
    if (listed !== undefined) return { addresses: listed, isBySearch: false };
    // RFC 6761 section 6.3: these never reach a name server.
    if (/(^|\.)localhost\.?$/.test(name)) return loopback;
    return this.#remembered(name) ?? this.#asking.get(name) ?? this.#findFor(accountId, name);
  }

  /** Ends every question and stops watching the files. */
  close(): void {
    this.#hosts.close();
    this.#searchOrder.close();
    for (const question of this.#questions) question.cancel();
  }

  #remembered(name: string): FoundName | undefined {
    const kept = this.#kept.get(name);
    return kept !== undefined && performance.now() < kept.until ? kept : undefined;
  }

  #findFor(accountId: number, name: string): Promise<FoundName> {
    let account = this.#accounts.get(accountId);
    if (account === undefined) this.#accounts.set(accountId, (account = new NamesOfAccount()));
    const wanted = account.wanted.get(name);
    if (wanted !== undefined) return wanted;
    const found = this.#findInTurn(account, name).finally(() => {
      account.wanted.delete(name);
      if (account.wanted.size === 0) this.#accounts.delete(accountId);
    });
    account.wanted.set(name, found);
    return found;
  }

  /** Waits for one of the account's places, then asks, unless another has asked by then. */
  async #findInTurn(account: NamesOfAccount, name: string): Promise<FoundName> {
    const endsAt = performance.now() + this.#limitMs;
    if (!account.takePlace() && !(await account.waitForPlace(this.#limitMs))) return nothing;
    const known = this.#remembered(name) ?? this.#asking.get(name) ?? this.#ask(name, endsAt);
    try {
      return await known;
    } finally {
      account.givePlace();
    }
  }

  #ask(name: string, endsAt: number): Promise<FoundName> {
    const asked = this.#askEach(name, endsAt).finally(() => this.#asking.delete(name));
    this.#asking.set(name, asked);
    return asked;
  }

  /** Asks for the name and, where the system would, for those with a search domain behind it. */
  async #askEach(name: string, endsAt: number): Promise<FoundName> {
    let isUnanswered = false;
    for (const candidate of candidatesFor(name, this.#searchOrder.content)) {
      const answer = await this.#answerBy(endsAt, askDns(candidate.name, this.#servers));
      if (answer.kind === 'found') {
        const keptMs = Math.min(answer.ttlSeconds * 1_000, longestKeptMs);
        return this.#keep(name, { addresses: answer.addresses, isBySearch: candidate.isBySearch }, keptMs);
      }
      isUnanswered ||= answer.kind === 'unknown';
      if (performance.now() >= endsAt) break;
    }
    return this.#keep(name, nothing, isUnanswered ? unansweredKeptMs : missingKeptMs);
  }

  async #answerBy(endsAt: number, question: DnsQuestion): Promise<DnsAnswer> {
    const limit = setTimeout(() => question.cancel(), Math.max(0, endsAt - performance.now()));
    this.#questions.add(question);
    try {
      return await question.answer;
    } finally {
      clearTimeout(limit);
      this.#questions.delete(question);
    }
  }

  #keep(name: string, found: FoundName, keptMs: number): FoundName {
    this.#kept.delete(name);
    if (keptMs > 0) this.#kept.set(name, { ...found, until: performance.now() + keptMs });
    // The oldest stands first.
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(oldest);
    }
    return found;
  }
}

/** The names that one account wants looked up, and which of them have a place. */
class NamesOfAccount {
  /** Asked for, or waiting for a place. */
  readonly wanted = new Map<string, Promise<FoundName>>();
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  /** Takes a place; answers false where there is none. */
  takePlace(): boolean {
    if (this.#taken >= mostPerAccount) return false;
    this.#taken++;
    return true;
  }

  /** Answers true with a place, or false where none became free in time. */
  waitForPlace(limitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (hasPlace: boolean) => {
        clearTimeout(limit);
        this.#waiting.delete(next);
        resolve(hasPlace);
      };
      const next = () => end(true);
      const limit = setTimeout(() => end(false), limitMs);
      this.#waiting.add(next);
    });
  }

  /** Hands the place to who has waited longest. */
  givePlace(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#taken--;
    else next();
  }
}
