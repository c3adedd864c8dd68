/** Opens connections to endpoints. */
import { connect as connectTcp, type LookupFunction } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Target } from './address-guard.js';
import { Connection } from './connection.js';
import type { Address } from './names/address.js';

/**
 * Milliseconds for one of a name's addresses before the next is tried beside it (compare RFC 8305), with a time-out to
 * match. Node's own 250 give up on a far endpoint whose other address family leads nowhere.
 */
const nextAddressMs = 1_000;
/** Of a shorter time-out, an address may take this part, so that the next one still has time. */
const partOfTimeout = 4;

/** TLS sessions that are kept: one saves half of the handshake's work and a round trip (RFC 8446 section 2.2). */
const mostSessions = 500;

/** Opens connections with the certificates that are trusted, and resumes TLS sessions. */
export class Connector {
  readonly #sessions = new Map<string, Buffer>();
  readonly #nextAddressMs: number;

  constructor(
    timeoutMs: number,
    private readonly ca: string | undefined,
    private readonly whenClosed: (connection: Connection) => void,
  ) {
    this.#nextAddressMs = Math.min(nextAddressMs, Math.ceil(timeoutMs / partOfTimeout));
  }

  /** Begins to connect to one of the addresses. */
  open(target: Target, addresses: readonly Address[]): Connection {
    const { host, port, key } = target;
    const options = {
      host,
      port,
      lookup: handOut(addresses),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: this.#nextAddressMs,
    };
    if (!target.isSecure) return new Connection(connectTcp(options).setNoDelay(), 'connect', this.whenClosed);
    const session = this.#sessions.get(key);
    const socket = connectTls({
      ...options,
      ...(target.name === null ? {} : { servername: host }),
      ...(this.ca === undefined ? {} : { ca: this.ca }),
      ...(session === undefined ? {} : { session }),
      ALPNProtocols: ['http/1.1'],
      // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED has no say.
      rejectUnauthorized: true,
    });
    socket.setNoDelay();
    socket.on('session', (fresh) => this.#keepSession(key, fresh));
    // A session that the endpoint no longer takes is not offered again.
    socket.once('error', () => this.#sessions.delete(key));
    return new Connection(socket, 'secureConnect', this.whenClosed);
  }

  #keepSession(key: string, session: Buffer): void {
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > mostSessions && oldest !== undefined) this.#sessions.delete(oldest);
  }
}

/** A look-up that has its answer: what was found and judged before is what is connected to. */
function handOut(addresses: readonly Address[]): LookupFunction {
  return (_hostname, options, callback) => {
    const first = addresses[0];
    if (first === undefined) callback(new Error('no address was found'), '');
    else if (options.all === true) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

/** Says whether the peer was reached, and the TLS handshake with it failed: also by its closing the connection. */
export function isHandshakeError(error: Error): boolean {
  if (isTlsError(error)) return true;
  const wasNotReached =
    ('syscall' in error && error.syscall === 'connect') || ('errors' in error && Array.isArray(error.errors));
  return !wasNotReached;
}

/** Says whether OpenSSL or Node's TLS layer raised this error, also on a connection that was already in use. */
export function isTlsError(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO';
}
