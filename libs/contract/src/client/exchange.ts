/**
 * One request and its answer, with a second try where the answer asks for one. A refusal with 429 or 503 did nothing, so
 * every request may be sent again; a publish has an idempotency key besides, in case something in between is wrong about it.
 */
import type { Route } from '../route.js';
import { NoAnswerError, parsedJson, ProblemError, problemIn } from './problem-error.js';

/** What a client is made from. */
export interface ClientOptions {
  /** Where Belfry is, with the path that it is served under, such as `https://belfry.example.com` or `https://example.com/belfry`. */
  readonly url: string;
  /** An API key. It is sent to that URL only, and stands in no error. */
  readonly key: string;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** In seconds. Where a refusal asks for a longer wait, the call rejects at once (default: 60). */
  readonly longestWait?: number | undefined;
}

/** A request that is ready to be sent. */
export interface PreparedRequest {
  readonly entry: Route;
  /** The path with its parameters filled in, and the query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal: AbortSignal | undefined;
}

/** What the head of an answer said of it. */
export interface AnswerHead {
  readonly status: number;
  /** The version of what was answered, for `ifMatch`; undefined where the route has none. */
  readonly etag: string | undefined;
}

const mostRetries = 5;
/** Where a refusal does not say. */
const usualWaitSeconds = 1;
const longestWaitSeconds = 60;

const heads = new WeakMap<object, AnswerHead>();

/**
 * The head of an answer that a client returned: its status, and its ETag for `ifMatch`.
 *
 * ```ts
 * import { createClient, headOf } from '@belfry/contract';
 *
 * const belfry = createClient({ url: 'https://belfry.example.com', key: 'an API key' });
 * const settings = await belfry.getSettings(42);
 * // Refused with 412 where somebody changed the settings since.
 * await belfry.patchSettings(42, { webhook_url: null }, { ifMatch: headOf(settings).etag });
 * ```
 */
export function headOf(answer: object): AnswerHead {
  const head = heads.get(answer);
  if (head === undefined)
    throw new TypeError('this is not an answer of a client: pass it as it was returned');
  return head;
}

/** Makes the function that sends requests. Throws where the URL or the key cannot be right; neither stands in the error. */
export function exchangeWith(options: ClientOptions): (request: PreparedRequest) => Promise<unknown> {
  const { fetch = globalThis.fetch, longestWait = longestWaitSeconds } = options;
  const base = baseOf(options.url);
  const authorization = `Bearer ${checkedKey(options.key)}`;

  return async ({ entry, target, headers, body, signal }) => {
    const method = entry.method.toUpperCase();
    const name = `${method} ${base}${target.split('?')[0]!}`;
    const init: RequestInit = {
      method,
      headers: {
        ...(entry.access === 'public' ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      // To follow one would make a POST a GET, or send the key to where nobody meant it to go.
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    };
    for (let retries = 0; ; retries++) {
      const answer = await answerTo(name, signal, () => fetch(`${base}${target}`, init));
      const read = readAnswer(entry, answer);
      if (read !== null) return read.value;
      const refusal = refusalOf(name, answer);
      const mayRetry = (answer.status === 429 || answer.status === 503) && retries < mostRetries;
      const wait = refusal.retryAfter ?? usualWaitSeconds;
      if (!mayRetry || wait > longestWait) throw refusal;
      await pause(wait, signal);
    }
  };
}

/** An answer whose body has been read. */
interface Answer {
  readonly status: number;
  readonly response: Response;
  readonly contentType: string;
  readonly text: string;
}

async function answerTo(
  request: string,
  signal: AbortSignal | undefined,
  send: () => Promise<Response>,
): Promise<Answer> {
  try {
    const response = await send();
    const contentType = response.headers.get('content-type') ?? '';
    return { status: response.status, response, contentType, text: await response.text() };
  } catch (error) {
    // Whoever ended the call gets the reason that they gave.
    signal?.throwIfAborted();
    throw new NoAnswerError(request, error);
  }
}

/** What the route answers with this status; null where this is a refusal, or was not written by the API. */
function readAnswer(
  entry: Route,
  { status, response, contentType, text }: Answer,
): { value: unknown } | null {
  const expected = entry.answers[status];
  if (expected === undefined) return null;
  if (expected === null) return { value: undefined };
  if ('mediaType' in expected) {
    const isAnswer = response.ok && contentType.startsWith(expected.mediaType);
    return isAnswer ? { value: text } : null;
  }
  const value = contentType.startsWith('application/json') ? parsedJson(text) : undefined;
  if (typeof value !== 'object' || value === null) return null;
  // A proxy that compresses an answer makes its tag a weak one, which no If-Match matches.
  heads.set(value, { status, etag: response.headers.get('etag')?.replace(/^W\//, '') });
  return { value };
}

function refusalOf(request: string, { status, response, contentType, text }: Answer): ProblemError {
  const problem = problemIn(contentType, text) ?? {
    type: 'about:blank',
    title: response.statusText || 'Unexpected answer',
    status,
    detail: strangeAnswer(
      request,
      status,
      response,
      text === '' ? 'nothing' : contentType || 'no media type',
    ),
  };
  return new ProblemError(status, problem, secondsUntilRetry(response.headers.get('retry-after')));
}

function strangeAnswer(request: string, status: number, response: Response, body: string): string {
  // In a browser all that is known of a redirection is that it was one.
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    const to = response.headers.get('location')?.split('?')[0];
    return `${request} was redirected${to === undefined ? '' : ` to ${to}`}. Redirections are not followed: give the client the URL that they lead to.`;
  }
  return `${request} was answered ${status} with ${body}, which Belfry did not write. Check the URL, and what is between here and Belfry.`;
}

/** RFC 9110, section 10.2.3: a number of seconds, or a date. */
function secondsUntilRetry(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, seconds * 1000);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new TypeError('the URL must begin with https:// or http:// and name a host');
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '')
    throw new TypeError('the URL must have no user, no password, no query and no fragment');
  return parsed.href.replace(/\/$/, '');
}

function checkedKey(key: string): string {
  // What a header cannot hold would be repeated in the error of fetch.
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new TypeError('the key must be an API key: printable ASCII characters without spaces');
  return key;
}
