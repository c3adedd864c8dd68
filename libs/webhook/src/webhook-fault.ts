import type { AttemptResponse } from '@belfry/application';
import type { WebhookFailure } from '@belfry/domain';
import { errors } from 'undici';

/** Why a webhook did not get a whole answer. Holds nothing of the URL or the body, so it may be logged. */
export class WebhookFault extends Error {
  constructor(
    readonly reason: WebhookFailure,
    /** As much of the answer as came, where its head did. */
    readonly response: AttemptResponse | null = null,
  ) {
    super(`The webhook failed: ${reason}`);
    this.name = 'WebhookFault';
  }
}

/** What undici says where we, and not the endpoint, have made a mistake. */
const ourMistakes = [
  errors.ClientClosedError,
  errors.ClientDestroyedError,
  errors.InvalidArgumentError,
  errors.NotSupportedError,
];

/**
 * The reason behind an error that undici reports of an exchange, or null where the mistake is ours: sending after the
 * end, or a request that is none. Whatever has no reason of its own is a fault of the connection: refused, reset, cut
 * before the answer's end, or not HTTP.
 */
export function failureReason(error: Error): WebhookFailure | null {
  if (error instanceof WebhookFault) return error.reason;
  if (error instanceof errors.HeadersOverflowError) return 'response_too_large';
  if (error instanceof errors.ConnectTimeoutError) return 'timeout';
  if (ourMistakes.some((mistake) => error instanceof mistake)) return null;
  return isTlsError(error) ? 'tls' : 'connection';
}

/** Says whether OpenSSL or Node's TLS layer raised this error, also on a connection that was already in use. */
export function isTlsError(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO';
}
