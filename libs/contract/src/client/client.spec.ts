/** What the client does when it is refused, or answered by something that is not Belfry. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { problemDocument } from '../problem.js';
import { routes } from '../routes.js';
import { createClient } from './client.js';
import { headOf } from './exchange.js';
import { NoAnswerError, ProblemError } from './problem-error.js';

interface Received {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const key = 'k3y-that-nobody-sees';
const json = (status: number, body: unknown, headers = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});
const problem = (body: ReturnType<typeof problemDocument>, headers = {}): Reply =>
  json(body.status, body, { 'content-type': 'application/problem+json', ...headers });
const limited = problem(problemDocument('rate-limited', 'Try again soon.'), { 'retry-after': '0' });
const accepted = json(202, { event_id: 'e', deliveries: 1 });
const event = {
  event_type: 'integration_created',
  environment: 'production',
  account_id: 42,
  data: { integration_id: 3, integration_name: 'CRM sync' },
} as const;

let server: Server;
let url: string;
let received: Received[];
/** What is answered, one after another; the last one to every request after it. Null closes the connection. */
let replies: (Reply | null)[];

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url: target = '', headers } = request;
      received.push({ method, target, headers, body });
      const reply = replies.length > 1 ? replies.shift()! : replies[0]!;
      if (reply === null) request.socket.destroy();
      else response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(
  () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
);
beforeEach(() => {
  received = [];
});

const client = () => createClient({ url, key });
const refusalOf = (call: Promise<unknown>): Promise<ProblemError> =>
  call.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: unknown) => {
      expect(error).toBeInstanceOf(ProblemError);
      return error as ProblemError;
    },
  );

it('sends the path, the query, the headers and the body where the route has them', async () => {
  replies = [json(200, {})];
  const belfry = createClient({ url: `${url}/under/a/path/`, key });
  await belfry.listDeliveries(42, { status: 'failed', limit: 3, from: new Date(0), cursor: undefined });
  await belfry.patchSettings(42, { webhook_url: null }, { ifMatch: '"42-3"' });
  await belfry.getDelivery(42, 'a/b?c');
  expect(received).toMatchObject([
    {
      method: 'GET',
      target:
        '/under/a/path/v1/accounts/42/deliveries?status=failed&from=1970-01-01T00%3A00%3A00.000Z&limit=3',
      body: '',
      headers: { authorization: `Bearer ${key}` },
    },
    {
      method: 'PATCH',
      target: '/under/a/path/v1/accounts/42/notification-settings',
      body: '{"webhook_url":null}',
      headers: { 'if-match': '"42-3"', 'content-type': 'application/json' },
    },
    { target: '/under/a/path/v1/accounts/42/deliveries/a%2Fb%3Fc' },
  ]);
});

it('sends no key where none is needed', async () => {
  replies = [json(200, { status: 'ok' })];
  await client().live();
  expect(received[0]!.headers).not.toHaveProperty('authorization');
});

it.each([429, 503])('tries again what is refused with %d, five times and no more', async (status) => {
  const busy = json(status, {}, { 'retry-after': '0' });
  replies = [busy, busy, busy, busy, busy, accepted];
  expect(await client().publishEvent(event)).toEqual({ event_id: 'e', deliveries: 1 });
  expect(received).toHaveLength(6);

  replies = [busy];
  expect(await refusalOf(client().publishEvent(event))).toMatchObject({ status, retryAfter: 0 });
  expect(received).toHaveLength(12);
});

it.each([400, 401, 404, 409, 412, 500, 502, 504])(
  'does not try again what is refused with %d',
  async (status) => {
    replies = [json(status, {}, { 'retry-after': '0' })];
    expect((await refusalOf(client().getAccount(42))).status).toBe(status);
    expect(received).toHaveLength(1);
  },
);

describe('how long it waits', () => {
  const waitFor = async (header: string | undefined, options = {}) => {
    jest.useFakeTimers({ now: Date.parse('2026-11-28T12:00:00Z') });
    try {
      const sent = jest
        .fn<Promise<Response>, Parameters<typeof fetch>>()
        .mockResolvedValueOnce(
          new Response('', { status: 429, headers: header === undefined ? {} : { 'retry-after': header } }),
        )
        .mockImplementation(() => Promise.resolve(Response.json({ accounts: [], next_cursor: null })));
      const call = createClient({ url, key, fetch: sent, ...options }).listAccounts();
      const ended = call.then(
        () => 'answered',
        (error: unknown) => (error as ProblemError).retryAfter,
      );
      await jest.advanceTimersByTimeAsync(0);
      if (jest.getTimerCount() === 0) return await ended;
      const begin = Date.now();
      await jest.advanceTimersToNextTimerAsync();
      expect(await ended).toBe('answered');
      expect(sent).toHaveBeenCalledTimes(2);
      return `${(Date.now() - begin) / 1000} s`;
    } finally {
      jest.useRealTimers();
    }
  };

  it.each([
    ['7', '7 s'],
    ['Sat, 28 Nov 2026 12:00:30 GMT', '30 s'],
    ['Sat, 28 Nov 2026 11:00:00 GMT', 'answered'],
    ['0', 'answered'],
    ['soon', '1 s'],
    [undefined, '1 s'],
    ['60', '60 s'],
  ])('is as Retry-After says: %s', async (header, expected) => {
    expect(await waitFor(header)).toBe(expected);
  });

  it('leaves a long wait to the caller, and says how long', async () => {
    expect(await waitFor('61')).toBe(61);
    expect(await waitFor('3600', { longestWait: 3600 })).toBe('3600 s');
    expect(await waitFor('2', { longestWait: 1 })).toBe(2);
  });

  it('ends at once where the call is ended', async () => {
    replies = [problem(problemDocument('rate-limited', 'Later.'), { 'retry-after': '50' })];
    const ending = new AbortController();
    const call = createClient({
      url,
      key,
      fetch: async (...args) => {
        const response = await fetch(...args);
        setImmediate(() => ending.abort(new Error('enough')));
        return response;
      },
    }).listAccounts({ signal: ending.signal });
    await expect(call).rejects.toThrow('enough');
    expect(received).toHaveLength(1);
  });
});

describe('a publish', () => {
  const keys = () => received.map(({ headers }) => headers['idempotency-key']);

  it('has one key over all its tries, made where none is given', async () => {
    replies = [limited, limited, accepted];
    await client().publishEvent(event);
    const [first] = keys();
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(keys()).toEqual([first, first, first]);

    await client().publishEvent(event);
    expect(keys()[3]).not.toBe(first);
    await client().publishEvent(event, { idempotencyKey: 'mine' });
    expect(keys()[4]).toBe('mine');
  });

  it('of many has one too', async () => {
    replies = [limited, json(207, { results: [] })];
    await client().publishEvents({ events: [event] });
    expect(keys()[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys()[1]).toBe(keys()[0]);
  });

  it('alone has one', async () => {
    replies = [json(200, {})];
    await client()
      .createPortalLink(42)
      .catch(() => undefined);
    await client().testWebhook(42, { event_type: 'run_failed' });
    expect(keys()).toEqual([undefined, undefined]);
  });
});

describe('a refusal', () => {
  it('holds the problem as the API wrote it', async () => {
    const written = {
      ...problemDocument('validation', '/webhook_url must be a URL.', [
        { pointer: '/webhook_url', message: 'must be a URL' },
      ]),
      more: 'that this version does not know',
    };
    replies = [problem(written)];
    const error = await refusalOf(client().patchSettings(42, { webhook_url: 'x' }));
    expect(error.problem).toEqual(written);
    expect(error.message).toBe('400 The request is not valid: /webhook_url must be a URL.');
  });

  it.each<[string, Reply, RegExp]>([
    [
      'a page of HTML',
      { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>x' },
      /502 with text\/html/,
    ],
    ['nothing', { status: 502 }, /502 with nothing/],
    [
      'a captive portal',
      { status: 200, headers: { 'content-type': 'text/html' }, body: 'Sign in' },
      /200 with text\/html/,
    ],
    [
      'half an answer',
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{"acc' },
      /200 with application\/json/,
    ],
    [
      'text',
      { status: 200, headers: { 'content-type': 'application/json' }, body: '"ok"' },
      /which Belfry did not write/,
    ],
    [
      'a document that is not a problem',
      json(400, { oops: 1 }, { 'content-type': 'application/problem+json' }),
      /400 with application\/problem/,
    ],
    ['nothing where something is expected', { status: 204 }, /204 with nothing/],
    [
      'a way elsewhere',
      { status: 301, headers: { location: 'https://other.example.com/v1?x=1' } },
      /redirected to https:\/\/other\.example\.com\/v1\. /,
    ],
  ])('is what %s is, in words', async (_what, reply, says) => {
    replies = [reply];
    const error = await refusalOf(client().getAccount(42));
    expect(error).toMatchObject({
      status: reply.status,
      problem: { type: 'about:blank', status: reply.status },
    });
    expect(error.message).toMatch(says);
    expect(error.message).toContain(`GET ${url}/v1/accounts/42`);
    expect(error.message).not.toContain(key);
    expect(received).toHaveLength(1);
  });

  it('is not what a route answers with 503: not being ready is an answer', async () => {
    replies = [json(503, { status: 'unavailable', database: 'unreachable' })];
    expect(await client().ready()).toEqual({ status: 'unavailable', database: 'unreachable' });
    expect(received).toHaveLength(1);
  });
});

it('says so where nothing answers, and does not try again', async () => {
  replies = [null];
  const error: unknown = await client()
    .publishEvent(event)
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(NoAnswerError);
  expect((error as Error).message).toMatch(/^POST http:\S+\/v1\/events got no answer: \S/);
  expect(received).toHaveLength(1);
  await expect(createClient({ url: 'http://127.0.0.1:1', key }).live()).rejects.toThrow(
    /got no answer: .*(ECONNREFUSED|bad port)/,
  );
});

it('rejects with the reason of whoever ends the call', async () => {
  await expect(client().listAccounts({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
    'enough',
  );
});

it('goes through a list page by page, reading no page before it is needed', async () => {
  const page = (ids: number[], next_cursor: string | null) =>
    json(200, { accounts: ids.map((account_id) => ({ account_id })), next_cursor });
  replies = [page([1, 2], 'a'), page([], 'b'), page([3], null)];
  const ids: number[] = [];
  const requests: number[] = [];
  for await (const { account_id } of client().accounts()) {
    ids.push(account_id);
    requests.push(received.length);
  }
  expect({ ids, requests }).toEqual({ ids: [1, 2, 3], requests: [1, 1, 3] });
  expect(received.map(({ target }) => target)).toEqual([
    '/v1/accounts?limit=200',
    '/v1/accounts?limit=200&cursor=a',
    '/v1/accounts?limit=200&cursor=b',
  ]);

  replies = [page([4], 'next')];
  for await (const { account_id } of client().accounts({ limit: 1, cursor: 'c' })) {
    expect(account_id).toBe(4);
    break;
  }
  expect(received.slice(3).map(({ target }) => target)).toEqual(['/v1/accounts?limit=1&cursor=c']);
});

it('remembers the head of an answer', async () => {
  replies = [
    json(201, { account_id: 42 }, { etag: '"42-1"' }),
    json(200, {}, { etag: 'W/"42-2"' }),
    json(200, {}),
  ];
  const belfry = client();
  const made = await belfry.putAccount(42, {
    account_name: 'Acme',
    primary_contact: { email: 'a@b.example' },
  });
  expect(headOf(made)).toEqual({ status: 201, etag: '"42-1"' });
  // As a proxy makes it that compresses.
  expect(headOf(await belfry.getSettings(42))).toEqual({ status: 200, etag: '"42-2"' });
  expect(headOf(await belfry.listAccounts())).toEqual({ status: 200, etag: undefined });
  expect(() => headOf({})).toThrow(TypeError);
});

it.each([
  '',
  'belfry.example.com',
  'ftp://x.example.com',
  'https://me:s3cret@x.example.com',
  'https://x.example.com/?k=s3cret',
  'https://x.example.com/#s3cret',
])('refuses the URL %j, and does not repeat it', (wrong) => {
  expect(() => createClient({ url: wrong, key })).toThrow(/^the URL must(?!.*s3cret)/);
});

it.each(['', 'k3y\n', 'k3y with spaces', 'k€y'])('refuses the key %j, and does not repeat it', (wrong) => {
  expect(() => createClient({ url, key: wrong })).toThrow(/^the key must be an API key(?!.*k3y)/);
});

it.each([undefined, '', '.', '..'])('sends nothing where the id %j would lead elsewhere', async (id) => {
  await expect(client().revokeApiKey(id as string)).rejects.toThrow('revokeApiKey needs key_id');
  expect(received).toHaveLength(0);
});

it('has a method for each route, and one that goes through each list', () => {
  const lists = ['accounts', 'apiKeys', 'auditLog', 'deliveries', 'events'];
  expect(Object.keys(client()).sort()).toEqual([...Object.keys(routes), ...lists].sort());
});
