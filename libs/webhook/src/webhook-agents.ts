/**
 * The pools of connections, and who may use which.
 *
 * A connection outlives the request it was opened for, so what was checked when it was opened has to hold for each later
 * request as well. Therefore there is one agent for requests that the operator's list lets through by host or endpoint
 * (no address is checked; each request is judged by its URL before it gets this agent), and another for all the rest,
 * by list of allowed address ranges, on whose connections every address was checked against just that list.
 */
import { isAllowedAddress, isAllowedEndpoint, type AllowedDestinations } from '@belfry/domain';
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { guardedLookup, isBlockedLiteral } from './address-guard.js';
import { fitSocket } from './endpoint-socket.js';
import { OpenConnections } from './open-connections.js';
import { isTlsError, WebhookFault } from './webhook-fault.js';

/** How connections are opened. */
export interface ConnectionOptions {
  /** Milliseconds that a webhook may take in total. */
  readonly timeoutMs: number;
  /** Certificates (PEM) trusted in place of Node's own list. */
  readonly ca?: string;
  /** Resolves names; the system's resolver unless given. */
  readonly lookup?: LookupFunction;
  /** Connections, busy or idle, above which idle ones are closed; 256 unless given. */
  readonly connectionLimit?: number;
}

/**
 * Milliseconds that an idle connection is kept, whatever longer time the server offers. Common servers keep one for
 * 5 seconds or more: being the first to close, we rarely send into a connection that the server is just closing, which
 * would lose the webhook (a POST cannot be sent again safely). Shorter would pay for a new handshake more often.
 */
const idleMs = 4_000;

/** As many as the dispatcher has in flight in all: with fewer, deliveries would wait here while their time runs. */
const connectionsPerOrigin = 128;

/**
 * Milliseconds for one of a name's addresses before the next is tried in its place (compare RFC 8305). Node's own 250
 * give up on a far endpoint whose other address family leads nowhere.
 */
const nextAddressMs = 1_000;

const maxHeaderBytes = 16 * 1024;

/** Hands out agents and closes them. */
export class WebhookAgents {
  readonly #connections: OpenConnections;
  readonly #guarded = new Map<string, Agent>();
  #open: Agent | null = null;
  #closing: Promise<void> | null = null;

  constructor(private readonly options: ConnectionOptions) {
    this.#connections = new OpenConnections(options.connectionLimit ?? 256);
  }

  /** Connections that are open now, busy or idle. */
  get openConnections(): number {
    return this.#connections.size;
  }

  /** The agent whose connections a request to this URL may use; null where its host is an address not to be reached. */
  agentFor(url: URL, allowed: AllowedDestinations): Agent | null {
    if (this.#closing !== null)
      throw new Error('Webhooks are not sent any more: the connections are closed.');
    if (isAllowedEndpoint(url, allowed)) return (this.#open ??= this.#createAgent(() => true));
    if (isBlockedLiteral(url, allowed)) return null;
    // The whole process has one list of ranges, so there is one guarded agent in practice.
    const ranges = allowed.cidrs.join(' ');
    let agent = this.#guarded.get(ranges);
    if (agent === undefined) {
      const { cidrs } = allowed;
      agent = this.#createAgent((address) =>
        isAllowedAddress(address, { hosts: new Set(), cidrs, endpoints: [] }),
      );
      this.#guarded.set(ranges, agent);
    }
    return agent;
  }

  /** Lets the requests under way end, and closes every connection; whoever sends afterwards gets an exception. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    await Promise.all([this.#open, ...this.#guarded.values()].map((agent) => agent?.close()));
  }

  #createAgent(isReachable: (address: string) => boolean): Agent {
    const agent = new Agent({
      connect: this.#createConnector(isReachable),
      connections: connectionsPerOrigin,
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: maxHeaderBytes,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      // The exchange has a timer of its own for the whole.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#connections.watch(agent);
    return agent;
  }

  #createConnector(isReachable: (address: string) => boolean): buildConnector.connector {
    const { timeoutMs, ca } = this.options;
    // `lookup` has other overloads than the type that sockets ask for, and the same behaviour.
    const resolve = this.options.lookup ?? (lookup as LookupFunction);
    const connect = buildConnector({
      // The exchange's own timer says `timeout`; this one, a second later, only clears away what never connected.
      timeout: timeoutMs + 1_000,
      lookup: guardedLookup(resolve, isReachable),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: nextAddressMs,
      // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED has no say.
      rejectUnauthorized: true,
      ...(ca === undefined ? {} : { ca }),
    } as buildConnector.BuildOptions);
    return (options, callback) => {
      connect(options, (...[error, socket]) => {
        if (error !== null) {
          callback(
            options.protocol === 'https:' && isHandshakeError(error) ? new WebhookFault('tls') : error,
            null,
          );
        } else if (socket.remoteAddress === undefined || !isReachable(socket.remoteAddress)) {
          // Without an address, the peer has closed already.
          const reason = socket.remoteAddress === undefined ? 'connection' : 'blocked_address';
          socket.destroy();
          callback(new WebhookFault(reason), null);
        } else {
          this.#connections.opened(socket);
          callback(null, fitSocket(socket));
        }
      });
    };
  }
}

/** Says whether the peer was reached, and the TLS handshake with it failed: also by its closing the connection. */
function isHandshakeError(error: Error): boolean {
  if (isTlsError(error)) return true;
  const wasNotReached =
    error instanceof WebhookFault ||
    ('syscall' in error && error.syscall === 'connect') ||
    ('errors' in error && Array.isArray(error.errors)) ||
    ('code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT');
  return !wasNotReached;
}
