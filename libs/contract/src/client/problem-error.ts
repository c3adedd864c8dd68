/** What a call of the client rejects with where it was not done. */
import { ProblemDocument } from '../problem.js';

/**
 * The API, or something between it and here, refused a request. `problem` is what the API wrote (RFC 9457). Where
 * something else answered, such as a proxy with a page of HTML or with nothing, its type is `about:blank` and its detail
 * says so.
 *
 * ```ts
 * import { createClient, ProblemError } from '@belfry/contract';
 *
 * const belfry = createClient({ url: 'https://belfry.example.com', key: 'an API key' });
 * try {
 *   await belfry.getAccount(42);
 * } catch (error) {
 *   if (error instanceof ProblemError && error.status === 404) console.log(error.problem.detail);
 *   else throw error;
 * }
 * ```
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly status: number,
    readonly problem: ProblemDocument,
    /** After how many seconds it may be tried again, where the answer says so. */
    readonly retryAfter?: number,
  ) {
    super(`${status} ${problem.title}: ${problem.detail}`);
  }
}

/**
 * Nothing answered, or the connection broke before the answer was there: the request may have been done or not.
 *
 * ```ts
 * import { createClient, NoAnswerError } from '@belfry/contract';
 *
 * const belfry = createClient({ url: 'http://127.0.0.1:1', key: 'an API key' });
 * await belfry.listAccounts().catch((error: unknown) => {
 *   if (error instanceof NoAnswerError) console.log(error.message, error.cause);
 * });
 * ```
 */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(request: string, cause: unknown) {
    super(`${request} got no answer: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * What fetch says is seldom more than that it failed; Node has the reason in the error's cause, sometimes as a code alone.
 * An error of fetch may be of another realm, so that it is no `Error` of this one.
 */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Partial<Error>;
  const { message: inner, code } = (cause ?? {}) as { readonly message?: string; readonly code?: unknown };
  return inner || String(code ?? message ?? error);
}

/** The problem document in the text of an answer; null where it holds none. */
export function problemIn(contentType: string, text: string): ProblemDocument | null {
  if (!contentType.startsWith('application/problem+json')) return null;
  const document = parsedJson(text);
  return ProblemDocument.safeParse(document).success ? (document as ProblemDocument) : null;
}

/** The document that the text is; undefined where it is not JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
