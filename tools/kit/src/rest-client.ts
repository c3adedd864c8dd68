/** Talks HTTP to an API process, with a key of the platform unless told otherwise. */
import { waitFor } from './waiting.ts';

/** The key that tests of REST use. */
export const key = 'test-key-of-the-platform';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What comes back is what the test is about: it says itself what it expects.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** Headers of a request; undefined takes away one that would be sent automatically. */
export type SentHeaders = Record<string, string | undefined>;

/** An API process, seen from outside: where it is, and what it has said. */
export abstract class RestClient {
  /** Told of every answer: tests hold it against the contract. */
  static onAnswer: (method: string, path: string, answer: Answer) => void = () => undefined;

  url = '';

  /** What the process has written, on both of its outputs. */
  abstract readonly output: string;

  /** Sends a request. Text and bytes are sent as they stand, anything else as JSON; a header that is undefined is left out. */
  async request(method: string, path: string, body?: unknown, headers: SentHeaders = {}): Promise<Answer> {
    const all: SentHeaders = {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined),
      // As bytes: fetch adds a content type of its own to text.
      ...(body === undefined ? {} : { body: Buffer.from(isRaw ? body : JSON.stringify(body)) }),
      redirect: 'manual',
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const { status } = response;
    const answer = { status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    RestClient.onAnswer(method, path, answer);
    return answer;
  }

  get(path: string, headers?: SentHeaders): Promise<Answer> {
    return this.request('GET', path, undefined, headers);
  }

  post(path: string, body: unknown, headers?: SentHeaders): Promise<Answer> {
    return this.request('POST', path, body, headers);
  }

  put(path: string, body: unknown, headers?: SentHeaders): Promise<Answer> {
    return this.request('PUT', path, body, headers);
  }

  patch(path: string, body: unknown, headers?: SentHeaders): Promise<Answer> {
    return this.request('PATCH', path, body, headers);
  }

  /** Makes an account with settings. */
  async makeAccount(accountId: number, settings: object = {}): Promise<void> {
    const account = {
      account_name: 'Acme Inc',
      primary_contact: { name: 'Pat Doe', email: 'pat@acme.example.com' },
    };
    const made = await this.put(`/v1/accounts/${accountId}`, account);
    if (made.status !== 201) throw new Error(`the account was not made: ${JSON.stringify(made.body)}`);
    const set = await this.put(`/v1/accounts/${accountId}/notification-settings`, settings);
    if (set.status !== 200) throw new Error(`the settings were not taken: ${JSON.stringify(set.body)}`);
  }

  /** Makes an API key with these scopes, of one account or of all; answers the header that carries it. */
  async makeKey(
    scopes: readonly string[],
    accountId: number | null = null,
  ): Promise<{ authorization: string }> {
    const made = await this.post('/v1/api-keys', { name: 'Key of a test', account_id: accountId, scopes });
    if (made.status !== 201) throw new Error(`the key was not made: ${JSON.stringify(made.body)}`);
    return { authorization: `Bearer ${made.body.key}` };
  }

  /** Waits until no delivery of the account is under way, and answers them all, newest first. */
  async finishedDeliveries(accountId: number, expected: number): Promise<Answer['body'][]> {
    let deliveries: Answer['body'][] = [];
    await waitFor(async () => {
      deliveries = (await this.get(`/v1/accounts/${accountId}/deliveries?limit=200`)).body.deliveries;
      return (
        deliveries.length >= expected &&
        deliveries.every(({ status }) => status !== 'queued' && status !== 'sending')
      );
    });
    return deliveries;
  }
}
