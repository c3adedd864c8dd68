import type { Payload } from './payloads.js';
import { fitsSignature, importKey, keyBytes, signedContent, type HmacKey } from './signature.js';
import { VerificationError } from './verification-error.js';

/** The headers of a request: `Headers` of fetch, or an object as Node, Express and Fastify have it. */
export type HeadersOfRequest =
  { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The token that an account wrote into the query of its webhook URL. */
export interface TokenParameter {
  /** The name of the query parameter, such as `token`. */
  readonly parameter: string;
  /** What it must be. */
  readonly value: string;
}

/** How webhooks are recognised. Exactly one of `secrets` and `token` is given. */
export type ReceiverOptions = {
  /**
   * Called with the `Webhook-Id` of a webhook that is genuine; `true` where it was handled before. Belfry sends an event
   * again when a person asks for it, with the same id.
   */
  readonly isDuplicate?: (webhookId: string) => boolean | Promise<boolean>;
} & (
  | {
      /** The signing secrets, `whsec_…`; two while one replaces the other. A webhook must be signed with one of them. */
      readonly secrets: readonly string[];
      /** How far `Webhook-Timestamp` may be from now, in seconds; 300 if absent. */
      readonly toleranceSeconds?: number;
      readonly token?: never;
    }
  | {
      /** For webhooks without signatures: the token in the URL's query. */
      readonly token: TokenParameter;
      readonly secrets?: never;
      readonly toleranceSeconds?: never;
    }
);

/** Verifies webhooks. */
export interface Receiver {
  /**
   * Answers the payload of a genuine webhook; rejects with `VerificationError` otherwise. An event type that this version
   * does not know passes too: `default:` is where a `switch` over `event_type` meets it.
   *
   * @param rawBody The body exactly as it was received: text, or bytes. A body that was parsed and written again has other bytes.
   * @param headers The request's headers.
   * @param url The request's URL or its path with the query; needed where the receiver looks for a token.
   */
  verify(
    rawBody: string | Uint8Array | ArrayBuffer,
    headers: HeadersOfRequest,
    url?: string | URL,
  ): Promise<Payload>;
}

/** What is looked at when a webhook is verified, in this order. */
type Check = (request: {
  body: Uint8Array<ArrayBuffer>;
  header: (name: string) => string | null;
  url: string | URL | undefined;
}) => Promise<void>;

/**
 * Makes a receiver. Throws `TypeError` where a secret is not one, or where neither or both ways are given.
 *
 * ```ts
 * import { createReceiver } from '@belfry/receiver';
 *
 * const receiver = createReceiver({ secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] });
 *
 * export async function POST(request: Request): Promise<Response> {
 *   const payload = await receiver.verify(await request.arrayBuffer(), request.headers, request.url);
 *   if (payload.event_type === 'run_failed') console.log(`run ${payload.run_id} failed`);
 *   return new Response(null, { status: 204 });
 * }
 * ```
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  if ((options.secrets === undefined) === (options.token === undefined))
    throw new TypeError('Give createReceiver either secrets (signed webhooks) or a token (unsigned ones).');
  const check =
    options.secrets === undefined
      ? hasToken(options.token)
      : isSigned(options.secrets, options.toleranceSeconds ?? 300);
  return {
    async verify(rawBody, headers, url) {
      const body = bytesOf(rawBody);
      const header = (name: string) => headerOf(headers, name);
      await check({ body, header, url });
      const payload = payloadOf(body);
      const id = header('webhook-id');
      if (id !== null && (await options.isDuplicate?.(id)) === true)
        throw new VerificationError('duplicate', `The webhook ${id} was handled before.`);
      return payload;
    },
  };
}

function isSigned(secrets: readonly string[], toleranceSeconds: number): Check {
  if (secrets.length === 0) throw new TypeError('Give createReceiver at least one secret.');
  const bytes = secrets.map(keyBytes);
  let imported: Promise<HmacKey[]> | undefined;
  return async ({ body, header }) => {
    const keys = await (imported ??= Promise.all(bytes.map(importKey)));
    const required = (name: string) => {
      const value = header(name);
      if (value === null || value === '')
        throw new VerificationError(
          'missing_header',
          `The header ${name} is missing: this webhook is not signed.`,
        );
      return value;
    };
    const id = required('webhook-id');
    const timestamp = required('webhook-timestamp');
    const signatures = required('webhook-signature');
    if (!(await fitsSignature(signatures, signedContent(id, timestamp, body), keys)))
      throw new VerificationError('bad_signature', 'No signature of this webhook fits one of the secrets.');
    const age = Math.abs(Date.now() / 1_000 - Number(timestamp));
    if (!(age <= toleranceSeconds))
      throw new VerificationError(
        'too_old',
        `This webhook was signed more than ${toleranceSeconds} s ago, or a clock is wrong.`,
      );
  };
}

function hasToken({ parameter, value }: TokenParameter): Check {
  if (value === '') throw new TypeError('The token must not be empty.');
  return async ({ url }) => {
    if (url === undefined)
      throw new TypeError(
        "Pass the request's URL as the third argument of verify: the token is in its query.",
      );
    const given = new URL(url, 'http://receiver.invalid').searchParams.get(parameter);
    if (given === null || !(await areEqual(given, value)))
      throw new VerificationError(
        'bad_token',
        `The query parameter ${parameter} does not hold the expected token.`,
      );
  };
}

/** Compares in a time that tells nothing about where two texts differ: their digests are compared. */
async function areEqual(one: string, other: string): Promise<boolean> {
  const [left, right] = await Promise.all([digest(one), digest(other)]);
  return left.reduce((difference, byte, at) => difference | (byte ^ right[at]!), 0) === 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

function payloadOf(body: Uint8Array): Payload {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new VerificationError('not_json', 'The body is not JSON.');
  }
  if (typeof (value as { event_type?: unknown } | null)?.event_type !== 'string')
    throw new VerificationError('not_json', 'The body is not a JSON object with an event_type.');
  return value as Payload;
}

function bytesOf(body: string | Uint8Array | ArrayBuffer): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  return new Uint8Array(body);
}

function headerOf(headers: HeadersOfRequest, name: string): string | null {
  if (typeof headers.get === 'function') return (headers as { get(name: string): string | null }).get(name);
  const record = headers as Readonly<Record<string, string | readonly string[] | undefined>>;
  const found = record[name] ?? record[Object.keys(record).find((key) => key.toLowerCase() === name) ?? name];
  return typeof found === 'string' ? found : (found?.[0] ?? null);
}
