import type { AttemptResponse } from '@belfry/application';
import { withoutRootDot, type AllowedDestinations } from '@belfry/domain';
import { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { isIP } from 'node:net';
import { type Target, targetOf } from './address-guard.js';
import type { Connection } from './connection.js';
import { Connector } from './connector.js';
import { exchange } from './exchange.js';
import { type KeepOptions, KeptConnections } from './kept-connections.js';
import type { Address } from './names/address.js';
import { EndpointNames, type FoundName, type NameOptions } from './names/endpoint-names.js';
import { WebhookFault } from './webhook-fault.js';

/** How webhooks are carried. */
export interface TransportOptions extends KeepOptions {
  /** Milliseconds that a webhook may take, from connecting to the answer's last byte. */
  readonly timeoutMs: number;
  /** Certificates (PEM) trusted instead of Node's own list. */
  readonly ca?: string;
  readonly names?: NameOptions;
}

/** Where a webhook goes, and for whom. A class, since axios copies plain objects of a request's configuration deeply. */
export class Destination {
  constructor(
    readonly url: URL,
    readonly accountId: number,
    readonly allowed: AllowedDestinations,
  ) {}
}

/** An answer, and how long it took to come. */
export interface Answered {
  readonly response: AttemptResponse;
  readonly durationMs: number;
}

/** The answer's own are in its data. */
const noHeaders = new AxiosHeaders();

/** Carries axios' requests over connections of our own, behind the address guard (docs/adr/0025). */
export class WebhookTransport {
  readonly #names: EndpointNames;
  readonly #connections: KeptConnections;
  readonly #connector: Connector;
  readonly #timeoutMs: number;
  #underWay = 0;
  #isClosing = false;
  #whenIdle: (() => void) | null = null;

  constructor(options: TransportOptions) {
    this.#names = new EndpointNames(options.names);
    this.#connections = new KeptConnections(options);
    this.#connector = new Connector(options.timeoutMs, options.ca, (connection) =>
      this.#connections.closed(connection),
    );
    this.#timeoutMs = options.timeoutMs;
  }

  /** Connections that are open now, busy or idle. */
  get openConnections(): number {
    return this.#connections.size;
  }

  /**
   * axios' `adapter`: sends the request's headers and body as they stand, to its `destination`. Whatever status comes
   * back is an answer; where none comes, it fails with a `WebhookFault`.
   */
  readonly adapter = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse<Answered>> => {
    const destination: unknown = 'destination' in config ? config.destination : undefined;
    if (!(destination instanceof Destination)) throw new Error('A webhook needs a destination.');
    if (this.#isClosing) throw new Error('Webhooks are not sent any more: the connections are closed.');
    this.#underWay++;
    try {
      const data = await this.#send(destination, requestBytes(destination.url, config));
      return { data, status: data.response.status, statusText: '', headers: noHeaders, config };
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) this.#whenIdle?.();
    }
  };

  /** Lets the requests under way end, and closes every connection. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    await this.#connections.close();
    this.#names.close();
  }

  async #send({ url, accountId, allowed }: Destination, request: Buffer): Promise<Answered> {
    const target = targetOf(url, allowed);
    const kept = this.#connections.take(target.key);
    const connection = kept ?? (await this.#open(target, accountId));
    try {
      const { response, durationMs, allowsAnother, keepAliveSeconds } = await exchange(
        connection,
        target,
        request,
        this.#timeoutMs,
      );
      const keepsMs = keepAliveSeconds === null ? Infinity : keepAliveSeconds * 1_000;
      if (allowsAnother) this.#connections.giveBack(target.key, connection, keepsMs);
      return { response, durationMs };
    } catch (error) {
      const isLost = error instanceof WebhookFault && error.reason === 'connection';
      if (kept !== null && isLost) this.#connections.wasLost(target.key);
      throw error;
    }
  }

  async #open(target: Target, accountId: number): Promise<Connection> {
    const begunAt = performance.now();
    // Awaited only where somebody has to be asked.
    const looked = target.name === null ? literal(target.host) : this.#names.find(target.name, accountId);
    const { addresses, isBySearch } = looked instanceof Promise ? await looked : looked;
    const reachable = addresses.filter(({ address }) => target.isReachable(address));
    if (reachable.length === 0) {
      // What only this machine's own search domains lead to is not there for the world outside.
      const isUnknown = addresses.length === 0 || isBySearch;
      throw new WebhookFault(isUnknown ? 'dns' : 'blocked_address', performance.now() - begunAt);
    }
    const connection = this.#connector.open(target, reachable);
    this.#connections.opened(connection);
    return connection;
  }
}

function literal(address: string): FoundName {
  const found: Address = { address, family: isIP(address) === 6 ? 6 : 4 };
  return { addresses: [found], isBySearch: false };
}

/** The `Host` of a request to this URL: without the dot of the DNS root, and with the port only where it is not the scheme's own. */
export function hostOf(url: URL): string {
  return withoutRootDot(url.hostname) + (url.port === '' ? '' : `:${url.port}`);
}

/** The request as it goes over the wire (RFC 9112): nothing in it but what the sender says. */
function requestBytes(url: URL, config: InternalAxiosRequestConfig): Buffer {
  // `URL.search` is empty for `/in?` too, whose question mark belongs to the request target (RFC 9112 section 3.2.1).
  const query = url.search === '' && url.hash === '' && url.href.endsWith('?') ? '?' : url.search;
  let head = `POST ${url.pathname}${query} HTTP/1.1\r\nHost: ${hostOf(url)}\r\n`;
  for (const [name, value] of Object.entries(config.headers)) head += `${name}: ${String(value)}\r\n`;
  const body = config.data as Buffer;
  head += `Content-Length: ${body.length}\r\n`;
  const bytes = Buffer.allocUnsafe(head.length + 2 + body.length);
  body.copy(bytes, bytes.write(`${head}\r\n`, 'latin1'));
  return bytes;
}
