/** Requests to the API that the page came from. What goes wrong is one of two things, and the page says which. */
import { connection } from './connection.js';
import type { ProblemDocument } from './wire.js';

/** Why a request has no answer: nothing came back, or the server answered a problem. */
export class RequestFailure extends Error {
  constructor(readonly problem: ProblemDocument | null) {
    super(problem === null ? 'no connection' : problem.detail);
    this.name = 'RequestFailure';
  }

  /** The status of the problem; 0 where there was no connection. */
  get status(): number {
    return this.problem?.status ?? 0;
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

/** Sends one request. Throws `RequestFailure`. */
export async function request<Value>(
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Value>> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
  } catch {
    connection.lost();
    throw new RequestFailure(null);
  }
  connection.found();
  if (response.status === 204) return { value: undefined as Value, etag: null };
  const isJson = response.headers.get('Content-Type')?.includes('json') ?? false;
  if (!isJson) throw new RequestFailure(unreadable(response.status));
  const answer = (await response.json()) as unknown;
  if (!response.ok) throw new RequestFailure(answer as ProblemDocument);
  return { value: answer as Value, etag: response.headers.get('ETag') };
}

/** What something between the page and the API answered in its place, such as a proxy. */
function unreadable(status: number): ProblemDocument {
  return { type: 'about:blank', title: '', status, detail: `HTTP ${status}` };
}
