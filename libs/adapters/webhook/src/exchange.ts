import type { AttemptResponse } from '@belfry/application';
import type { WebhookFailure } from '@belfry/domain';
import type { Target } from './address-guard.js';
import { AnswerReader } from './answer-reader.js';
import type { Connection, ConnectionUser } from './connection.js';
import { isHandshakeError, isTlsError } from './connector.js';
import { WebhookFault } from './webhook-fault.js';

/** An answer, and what it means for the connection. */
export interface Exchanged {
  readonly response: AttemptResponse;
  readonly durationMs: number;
  /** Says whether the connection may carry another request. If not, it is closed. */
  readonly allowsAnother: boolean;
  readonly keepAliveSeconds: number | null;
}

/**
 * Sends one request and collects the answer. Fails with a `WebhookFault` where no whole answer comes within `timeoutMs`
 * milliseconds, counted from this call: connecting and TLS included. A body of more than 16 KiB is a whole answer all
 * the same: it is cut there, and the connection with it. So is one that is malformed behind its status line.
 */
export function exchange(
  connection: Connection,
  target: Target,
  request: Buffer,
  timeoutMs: number,
): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    new Exchange(connection, target, request, resolve, reject).begin(timeoutMs);
  });
}

class Exchange implements ConnectionUser {
  readonly #reader = new AnswerReader();
  readonly #begunAt = performance.now();
  #wasOpen = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly target: Target,
    private readonly request: Buffer,
    private readonly resolve: (exchanged: Exchanged) => void,
    private readonly reject: (fault: WebhookFault) => void,
  ) {}

  begin(timeoutMs: number): void {
    this.connection.use(this);
    this.#timer = setTimeout(() => this.#fail('timeout'), timeoutMs);
    if (!this.connection.isOpen) return;
    this.#wasOpen = true;
    this.connection.write(this.request);
  }

  opened(): void {
    this.#wasOpen = true;
    const address = this.connection.remoteAddress;
    if (address === undefined) this.#fail('connection');
    else if (!this.target.isReachable(address)) this.#fail('blocked_address');
    else this.connection.write(this.request);
  }

  received(chunk: Buffer): void {
    if (this.#reader.read(chunk)) this.#finish('connection');
  }

  ended(error: Error | null): void {
    this.#reader.end(error === null);
    this.#finish(this.#isTlsFault(error) ? 'tls' : 'connection');
  }

  #isTlsFault(error: Error | null): boolean {
    if (this.#wasOpen) return error !== null && isTlsError(error);
    return this.target.isSecure && (error === null || isHandshakeError(error));
  }

  /** The answer is over; `reason` counts where there is none. */
  #finish(reason: WebhookFailure): void {
    const { fault, response, allowsAnother, keepAliveSeconds } = this.#reader;
    if (fault === 'response_too_large' || response === null) {
      this.#fail(fault === 'response_too_large' ? fault : reason);
      return;
    }
    clearTimeout(this.#timer);
    if (allowsAnother) this.connection.use(null);
    else this.connection.close();
    this.resolve({ response, durationMs: this.#durationMs, allowsAnother, keepAliveSeconds });
  }

  #fail(reason: WebhookFailure): void {
    clearTimeout(this.#timer);
    this.connection.close();
    this.reject(new WebhookFault(reason, this.#durationMs, this.#reader.response));
  }

  get #durationMs(): number {
    return performance.now() - this.#begunAt;
  }
}
