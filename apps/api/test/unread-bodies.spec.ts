import { key } from '@belfry/kit/rest-client';
import { waitFor } from '@belfry/kit/waiting';
import { Telemetry } from '@belfry/telemetry';
import { RouteTable } from '../src/http/route-table.js';
import { startAppInProcess, type AppInProcess } from './app-in-process.fixture.js';
import { RawConnection, strangersHead } from './raw-request.fixture.js';

const kilobytes64 = 64 * 1024;
const megabytes4 = 4 * 1024 * 1024;
const batch = '/v1/events/batch';

let belfry: AppInProcess;
beforeAll(async () => {
  // Many strangers in one minute: none of them is to be refused before they are known as such.
  belfry = await startAppInProcess({
    RATE_LIMIT_REFUSALS: '100000',
    ACCOUNT_REQUESTS_PER_SECOND: '100000',
    NODE_ENV: 'production',
  });
});
afterAll(() => belfry?.remove());

const open: RawConnection[] = [];
afterEach(() => open.splice(0).forEach((connection) => connection.end()));

function connection(): RawConnection {
  const made = new RawConnection(belfry.port);
  open.push(made);
  return made;
}

/** What was read of bodies, and how many texts as long as a body were parsed, while this was done. */
async function counting(doing: () => Promise<void>): Promise<{ bytes: number; parses: number }> {
  const metric = belfry.app
    .get(Telemetry)
    .metrics.registry.getSingleMetric('belfry_request_body_bytes_read_total')!;
  const bytesRead = async () => (await metric.get()).values.reduce((sum, { value }) => sum + value, 0);
  const before = await bytesRead();
  const parse = jest.spyOn(JSON, 'parse');
  try {
    await doing();
    return {
      bytes: (await bytesRead()) - before,
      parses: parse.mock.calls.filter(([text]) => text.length > 1_000).length,
    };
  } finally {
    parse.mockRestore();
  }
}

const asKnown = [`Authorization: Bearer ${key}`];
const ofThePage = ['Sec-Fetch-Site: same-origin', `Cookie: belfry_session_42=${'0'.repeat(64)}`];
const unknown = [`Authorization: Bearer belfry_${'0'.repeat(64)}`];

describe("a stranger's body", () => {
  it('is neither read nor parsed on any route, nor where there is no route', async () => {
    const routes = belfry.app.get(RouteTable).all.map(({ method, url }) => ({
      method,
      path: url
        .replace(':accountId', '42')
        .replace(':secret', 'a'.repeat(64))
        .replace(/:\w+/, '0193a1b2-0000-7000-8000-000000000001'),
    }));
    expect(routes.length).toBeGreaterThan(30);
    const nowhere = ['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) =>
      [
        '/',
        '/v1',
        '/nowhere',
        '/v1/accounts/%ff',
        `/v1/accounts/${'9'.repeat(300)}`,
        '/docs/assets/x',
        '/*',
      ].map((path) => ({ method, path })),
    );
    const counted = await counting(async () => {
      for (const { method, path } of [...routes, ...nowhere]) {
        for (const key of [[], unknown, ofThePage]) {
          const stranger = connection();
          await stranger.write(strangersHead(method, path, kilobytes64, key) + '['.repeat(kilobytes64));
          await waitFor(() => stranger.status !== null);
        }
      }
    });
    expect(counted).toEqual({ bytes: 0, parses: 0 });
  });

  it('is not waited for: the answer goes out when the head has come', async () => {
    const counted = await counting(async () => {
      const strangers = Array.from({ length: 50 }, () => connection());
      for (const stranger of strangers)
        await stranger.write(strangersHead('POST', batch, megabytes4) + ' '.repeat(1_000));
      await waitFor(() => strangers.every(({ status }) => status === 401));
      // And the connection is ended from this side, though the body never comes.
      await waitFor(() => strangers.every(({ isEnded }) => isEnded));
    });
    expect(counted).toEqual({ bytes: 0, parses: 0 });
  });

  it('is not asked for where the stranger waits to be asked', async () => {
    const stranger = connection();
    await stranger.write(strangersHead('POST', batch, 1_000, ['Expect: 100-continue']));
    await waitFor(() => stranger.isEnded);
    expect(stranger.text).toMatch(/^HTTP\/1\.1 401 /);
    expect(stranger.text.toLowerCase()).toContain('connection: close');
  });
});

describe('an answer that goes out before the body has come', () => {
  it.each([
    ['401, to a stranger', 401, 4 * kilobytes64, []],
    ['413, by the length that is announced', 413, megabytes4 + kilobytes64, asKnown],
  ])('%s, is seen by a client that writes all of it first', async (_what, status, length, headers) => {
    const client = connection();
    await client.write(strangersHead('POST', batch, length, headers));
    for (let sent = 0; sent < length; sent += kilobytes64) await client.write(' '.repeat(kilobytes64));
    await waitFor(() => client.isEnded);
    expect([client.status, client.error]).toEqual([status, null]);
  });

  it('401, to a stranger, is seen before the connection is closed by a client that looks while it writes', async () => {
    const client = connection();
    await client.write(strangersHead('POST', batch, megabytes4));
    void client.write(' '.repeat(megabytes4));
    await waitFor(() => client.isEnded);
    expect([client.status, client.error]).toEqual([401, null]);
  });

  it('413, to a body without a length, is seen by a client that writes on', async () => {
    const client = connection();
    const head = strangersHead('POST', '/v1/events', 0, asKnown);
    await client.write(head.replace('Content-Length: 0', 'Transfer-Encoding: chunked'));
    for (let sent = 0; sent < 20; sent += 1) await client.write(`10000\r\n${' '.repeat(kilobytes64)}\r\n`);
    await client.write('0\r\n\r\n');
    await waitFor(() => client.isEnded);
    expect([client.status, client.error]).toEqual([413, null]);
  });

  it('leaves the connection to the next request where the rest is short', async () => {
    const client = connection();
    const body = '['.repeat(30_000);
    await client.write(strangersHead('POST', '/v1/events', body.length) + body.slice(0, 10));
    await waitFor(() => client.status === 401);
    await client.write(body.slice(10) + 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await waitFor(() => client.status === 200);
    expect(client.isEnded).toBe(false);
  });

  it('ends the connection of whoever goes on without end', async () => {
    const client = connection();
    await client.write(strangersHead('POST', batch, 1e12));
    while (client.error === null) await client.write(' '.repeat(kilobytes64));
    expect([client.status, client.error]).toEqual([401, expect.stringMatching(/EPIPE|ECONNRESET/)]);
  });
});

it('a body that waits to be asked for is asked for once it is known who sends it, and taken', async () => {
  const client = connection();
  await client.write(strangersHead('PUT', '/v1/accounts/42', 68, [...asKnown, 'Expect: 100-continue']));
  await waitFor(() => client.text.startsWith('HTTP/1.1 100 Continue'));
  await client.write('{"account_name":"A","primary_contact":{"email":"pat@a.example.com"}}');
  await waitFor(() => client.status === 201);
});

it.each(['{"a":'.repeat(kilobytes64 / 8), '['.repeat(kilobytes64), `[${'1,'.repeat(5_000)}1]`])(
  'a body that is too deep or has too many values is refused without being parsed (%#)',
  async (body) => {
    const counted = await counting(async () => {
      const client = connection();
      await client.write(strangersHead('POST', '/v1/events', body.length, asKnown) + body);
      await waitFor(() => client.status === 400);
      expect(client.text).toMatch(/deeper than 32 levels|more than 2000 fields/);
    });
    expect(counted.parses).toBe(0);
  },
);

it('bodies take so much memory and no more: who is over is told to come back, and a single event still goes through', async () => {
  const held = async () => {
    const metric = belfry.app
      .get(Telemetry)
      .metrics.registry.getSingleMetric('belfry_request_body_bytes_held')!;
    return (await metric.get()).values[0]!.value;
  };
  const callers = Array.from({ length: 12 }, () => connection());
  await Promise.all(
    callers.map(async (caller) => {
      await caller.write(strangersHead('POST', batch, megabytes4, asKnown));
      await caller.write(' '.repeat(megabytes4 - 10));
    }),
  );
  await waitFor(() => callers.filter(({ status }) => status === 503).length >= 8);
  expect(callers.find(({ status }) => status === 503)!.text.toLowerCase()).toContain('retry-after: 1');
  expect(await held()).toBeLessThanOrEqual(16 * 1024 * 1024);

  const single = connection();
  await single.write(strangersHead('POST', '/v1/events', 2, asKnown) + '{}');
  await waitFor(() => single.status === 400);

  callers.forEach((caller) => caller.end());
  await waitFor(async () => (await held()) === 0);
});

it("bodies that accounts never end leave the platform's publishers room, however many keys they have", async () => {
  const publisher = await ask('POST', '/v1/api-keys', { name: 'P', scopes: ['events:publish'] });
  const callers: RawConnection[] = [];
  for (const accountId of [101, 102, 103]) {
    const contact = { email: 'pat@a.example.com' };
    await ask('PUT', `/v1/accounts/${accountId}`, { account_name: 'A', primary_contact: contact });
    const keys = await Promise.all(
      ['one', 'other'].map((name) =>
        ask('POST', '/v1/api-keys', { name, account_id: accountId, scopes: ['events:publish'] }),
      ),
    );
    for (const { key: ofAccount } of keys as { key: string }[])
      for (let body = 0; body < 70; body += 1) {
        const caller = connection();
        const head = strangersHead('POST', '/v1/events', kilobytes64, [`Authorization: Bearer ${ofAccount}`]);
        callers.push(caller);
        await caller.write(head + ' '.repeat(kilobytes64 - 1));
      }
  }
  // What accounts have of the 8 MiB is full, and one of them has at most half of it.
  await waitFor(() => callers.filter(({ status }) => status === 503).length >= 6 * 70 - 64);
  for (const ofOne of [callers.slice(0, 140), callers.slice(140, 280), callers.slice(280)])
    expect(ofOne.filter(({ status }) => status === null).length).toBeLessThanOrEqual(32);

  const single = connection();
  const asPublisher = [`Authorization: Bearer ${(publisher as { key: string }).key}`];
  await single.write(strangersHead('POST', '/v1/events', kilobytes64, asPublisher) + ' '.repeat(kilobytes64));
  await waitFor(() => single.status === 400);
});

/** Asks with the platform's key. */
async function ask(method: string, path: string, body: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const url = `http://127.0.0.1:${belfry.port}${path}`;
  return (await fetch(url, { method, headers, body: JSON.stringify(body) })).json();
}

describe('a connection on which many requests come at once', () => {
  const one = 'GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n';
  const statuses = ({ text }: RawConnection) =>
    [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);

  it('has a few of them answered, in order, and is then told to wait, and closed', async () => {
    const client = connection();
    await client.write(one.repeat(1_500));
    await waitFor(() => client.isEnded);
    expect(statuses(client)).toEqual([...Array<string>(16).fill('200'), '429']);
    expect(client.text.slice(-400)).toContain('"type":"/problems/rate-limited"');
  });

  it('goes on where each few wait for their answers', async () => {
    const client = connection();
    for (let round = 1; round <= 3; round += 1) {
      await client.write(one.repeat(16));
      await waitFor(() => statuses(client).length === 16 * round);
    }
    expect(new Set(statuses(client))).toEqual(new Set(['200']));
    expect(client.isEnded).toBe(false);
  });
});

describe('a request that does not come to its end', () => {
  let hasty: AppInProcess;
  beforeAll(async () => {
    hasty = await startAppInProcess({ REQUEST_TIMEOUT_MS: '1000', NODE_ENV: 'production' });
  });
  afterAll(() => hasty?.remove());

  it.each([
    ['in its head', 'POST /v1/events HTTP/1.1\r\nHost: x\r\n'],
    ['in its body', strangersHead('POST', '/v1/events', 1_000, asKnown) + '{'],
    ['in the body of a stranger', strangersHead('POST', '/v1/events', 1_000) + '{'],
    [
      'in a piece of its body',
      `${strangersHead('POST', '/v1/events', 0, asKnown).replace('Content-Length: 0', 'Transfer-Encoding: chunked')}10\r\n{`,
    ],
  ])('%s is ended by the server', async (_where, bytes) => {
    const client = new RawConnection(hasty.port);
    await client.write(bytes);
    await waitFor(() => client.isEnded);
    expect(client.status).toBe(408);
  });
});

it('a process keeps so many connections and no more; one that is closed makes room', async () => {
  const small = await startAppInProcess({ MAX_CONNECTIONS: '10', NODE_ENV: 'production' });
  const ask = async () => {
    const client = new RawConnection(small.port);
    await client.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await waitFor(() => client.status === 200 || client.isEnded);
    return client;
  };
  try {
    const kept = [];
    for (let number = 0; number < 10; number += 1) kept.push(await ask());
    expect(kept.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect((await ask()).status).toBeNull();
    kept[0]!.end();
    await waitFor(async () => {
      const next = await ask();
      next.end();
      return next.status === 200;
    });
    kept.forEach((client) => client.end());
  } finally {
    await small.remove();
  }
});
