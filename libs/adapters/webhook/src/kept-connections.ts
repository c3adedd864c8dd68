/**
 * Connections that are open, and which of them may carry another webhook.
 *
 * A POST into a connection that the endpoint is just closing is lost, and is not sent again. So a connection is used
 * again only where the next webhook comes within half a second, as it does while webhooks for the endpoint wait, and only
 * to endpoints that were seen to keep an idle connection: the first one to an endpoint is put aside and watched for a
 * second, and whoever closes it, or closes a kept one later, gets a new connection for each webhook from then on.
 */
import type { Connection, ConnectionUser } from './connection.js';

/** How long what is kept; the constants below unless given. */
export interface KeepOptions {
  /** Connections, busy or idle, above which idle ones are closed. */
  readonly connectionLimit?: number;
  /** Milliseconds that the first connection to an endpoint is watched. */
  readonly watchMs?: number;
}

const presetLimit = 256;
const presetWatchMs = 1_000;
const idleMs = 500;
/** Milliseconds after which a connection is not used again, however busy: an endpoint that moves is followed. */
const longestUseMs = 60_000;
/** Milliseconds for which an endpoint that closed early is not watched again. */
const impatientMs = 600_000;
const mostEndpoints = 5_000;

type Patience = 'watched' | 'patient' | { readonly impatientUntil: number };

interface Idle {
  readonly key: string;
  /** Whether it may carry another webhook, or is only watched. */
  readonly isUsable: boolean;
  readonly timer: NodeJS.Timeout;
}

/** Counts connections and keeps idle ones. */
export class KeptConnections {
  readonly #open = new Set<Connection>();
  /** The oldest first. */
  readonly #idle = new Map<Connection, Idle>();
  readonly #usable = new Map<string, Connection[]>();
  readonly #patience = new Map<string, Patience>();
  readonly #limit: number;
  readonly #watchMs: number;
  #whenAllClosed: (() => void) | null = null;

  constructor(options: KeepOptions = {}) {
    this.#limit = options.connectionLimit ?? presetLimit;
    this.#watchMs = options.watchMs ?? presetWatchMs;
  }

  /** How many are open, busy or idle. */
  get size(): number {
    return this.#open.size;
  }

  /** Counts a connection from now on; closes idle ones while there are too many. */
  opened(connection: Connection): void {
    this.#open.add(connection);
    for (const oldest of this.#idle.keys()) {
      if (this.#open.size <= this.#limit) break;
      this.#close(oldest);
    }
  }

  /** The connection is closed. */
  closed(connection: Connection): void {
    this.#open.delete(connection);
    if (this.#open.size === 0) this.#whenAllClosed?.();
  }

  /** An idle connection that may carry another webhook, the latest used; null where there is none. */
  take(key: string): Connection | null {
    const connection = this.#usable.get(key)?.at(-1);
    if (connection === undefined) return null;
    this.#forget(connection);
    return connection;
  }

  /** Takes a connection back after an answer that allows another; keeps, watches or closes it. */
  giveBack(key: string, connection: Connection, endpointKeepsMs: number): void {
    const patience = this.#patienceOf(key);
    const isOld = performance.now() - connection.openedAt > longestUseMs;
    if (this.#whenAllClosed !== null || endpointKeepsMs <= 2 * idleMs || !connection.isOpen) {
      connection.close();
    } else if (patience === 'patient' && !isOld) {
      this.#keep(key, connection, true, idleMs);
    } else if (patience === undefined) {
      this.#setPatience(key, 'watched');
      this.#keep(key, connection, false, this.#watchMs);
    } else connection.close();
  }

  /** A connection that was used again ended without an answer: perhaps the endpoint was just closing it. */
  wasLost(key: string): void {
    this.#setPatience(key, { impatientUntil: performance.now() + impatientMs });
  }

  /** Closes idle connections, and waits until every one is closed; what is given back from now on is closed. */
  close(): Promise<void> {
    for (const connection of [...this.#idle.keys()]) this.#close(connection);
    return new Promise((resolve) => {
      this.#whenAllClosed = resolve;
      if (this.#open.size === 0) resolve();
    });
  }

  #keep(key: string, connection: Connection, isUsable: boolean, keptMs: number): void {
    const timer = setTimeout(() => {
      if (!isUsable) this.#setPatience(key, 'patient');
      this.#close(connection);
    }, keptMs);
    // An endpoint that closes, or that sends something unasked.
    const gone = () => {
      this.#close(connection);
      this.wasLost(key);
    };
    const user: ConnectionUser = { received: gone, ended: gone };
    connection.use(user);
    this.#idle.set(connection, { key, isUsable, timer });
    if (!isUsable) return;
    const others = this.#usable.get(key);
    if (others === undefined) this.#usable.set(key, [connection]);
    else others.push(connection);
  }

  #close(connection: Connection): void {
    const idle = this.#forget(connection);
    // Nothing was learnt of an endpoint whose watch was cut short.
    if (idle?.isUsable === false && this.#patience.get(idle.key) === 'watched')
      this.#patience.delete(idle.key);
    connection.close();
  }

  #forget(connection: Connection): Idle | undefined {
    const idle = this.#idle.get(connection);
    if (idle === undefined) return undefined;
    this.#idle.delete(connection);
    clearTimeout(idle.timer);
    connection.use(null);
    if (!idle.isUsable) return idle;
    const usable = this.#usable.get(idle.key) ?? [];
    usable.splice(usable.lastIndexOf(connection), 1);
    if (usable.length === 0) this.#usable.delete(idle.key);
    return idle;
  }

  #patienceOf(key: string): Patience | undefined {
    const known = this.#patience.get(key);
    if (typeof known !== 'object' || performance.now() < known.impatientUntil) return known;
    this.#patience.delete(key);
    return undefined;
  }

  #setPatience(key: string, patience: Patience): void {
    this.#patience.delete(key);
    this.#patience.set(key, patience);
    const [oldest] = this.#patience.keys();
    if (this.#patience.size > mostEndpoints && oldest !== undefined) this.#patience.delete(oldest);
  }
}
