/**
 * Requests to the API that the page came from. Each names the account that its tab is for, so that it is never answered by
 * the session of another one. What goes wrong is one of two things, and the page says which.
 */
import type { NoSession, ProblemDocument, SignedInAccount } from '@belfry/contract';
import { accountOfTab } from '../shell/address.js';
import { onThisHost } from '../shell/base-path.js';
import { connection } from './connection.js';

/** A problem, with what the page's own routes add to it. */
export type PageProblem = ProblemDocument &
  Partial<Pick<NoSession, 'refresh_url' | 'other_sessions' | 'portal_link_command'> & SignedInAccount>;

/** Why a request has no answer: nothing came back, or the server answered a problem. */
export class RequestFailure extends Error {
  constructor(readonly problem: PageProblem | null) {
    super(problem === null ? 'no connection' : problem.detail);
    this.name = 'RequestFailure';
  }

  /** The status of the problem; 0 where there was no connection. */
  get status(): number {
    return this.problem?.status ?? 0;
  }

  /** True where what was answered is no answer of the API, but of something between it and the page. */
  get isForeign(): boolean {
    return this.problem?.type === foreign;
  }
}

/** What a request answered. */
export interface Answer<Value> {
  readonly value: Value;
  /** The version of what was answered, for `If-Match`; null where it has none. */
  readonly etag: string | null;
}

/** How long the page waits for an answer. A test delivery may take as long as the longest webhook. */
const patienceMs = 60_000;

/** Sends one request to a path of the API. Throws `RequestFailure`. */
export async function request<Value>(
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Value>> {
  const accountId = accountOfTab();
  let response: Response;
  let text: string;
  try {
    response = await fetch(onThisHost(path), {
      method,
      headers: {
        Accept: 'application/json',
        ...(accountId === null ? {} : { 'Belfry-Account': String(accountId) }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
    // Within the same try: a connection may break in the middle of an answer.
    text = await response.text();
  } catch {
    connection.lost();
    throw new RequestFailure(null);
  }
  connection.found();
  if (response.status === 204 && method === 'DELETE') return { value: undefined as Value, etag: null };
  const answer = response.headers.get('Content-Type')?.includes('json') === true ? parsed(text) : undefined;
  if (answer === undefined) throw new RequestFailure(unreadable(response.status));
  if (!response.ok) throw new RequestFailure(isProblem(answer) ? answer : unreadable(response.status));
  return { value: answer as Value, etag: response.headers.get('ETag') };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A proxy may answer JSON of its own. */
function isProblem(answer: unknown): answer is PageProblem {
  const { status, detail } = (answer ?? {}) as Partial<PageProblem>;
  return typeof status === 'number' && typeof detail === 'string';
}

/** What is thrown where a success is not what the API answers. */
export function notFromTheApi(): RequestFailure {
  return new RequestFailure(unreadable(200));
}

/** The type of an answer that something else gave. */
const foreign = 'about:blank';

/** What something between the page and the API answered instead, such as a proxy. */
function unreadable(status: number): PageProblem {
  return { type: foreign, title: '', status, detail: `HTTP ${status}` };
}
