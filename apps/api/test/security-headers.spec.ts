import type { Answer } from '@belfry/kit/rest-client';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import {
  accountFor,
  describedOperations,
  fillPath,
  type DescribedOperation,
} from './rest-operations.fixture.js';
import { platformForThisFile } from './server.fixture.js';

const frames = 'https://app.example.com';
let port: number;
let operations: DescribedOperation[];

beforeAll(async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  ({ port } = probe.address() as AddressInfo);
  await new Promise((resolve) => probe.close(resolve));
});
// Behind a proxy that does TLS, as in production: what the process says of itself is not where the test finds it.
const platform = platformForThisFile(() => ({
  PORT: String(port),
  PUBLIC_URL: 'https://notifications.example.com',
  PORTAL_FRAME_ANCESTORS: frames,
}));
beforeAll(async () => {
  platform.server.url = `http://127.0.0.1:${port}`;
  await platform.server.makeAccount(42);
  operations = await describedOperations(platform.server);
});

/** Expects what every answer has, be it a page, data or a refusal. */
function expectUsualHeaders({ headers }: Answer): void {
  expect(Object.fromEntries(headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  });
  for (const name of ['x-powered-by', 'server']) expect(headers.get(name)).toBeNull();
}

it('every operation answers with the usual headers, and is kept by nobody; with a key and without', async () => {
  expect(operations.length).toBeGreaterThan(25);
  for (const operation of operations) {
    const { method, path, body } = operation;
    for (const headers of [{}, { authorization: undefined }]) {
      const answer = await platform.server.request(
        method,
        fillPath(path, accountFor(operation)),
        body === undefined ? undefined : {},
        headers,
      );
      expectUsualHeaders(answer);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('content-security-policy')).toContain('frame-ancestors');
    }
  }
});

it.each(['/nothing', '/v1/accounts/%E0%A4%A', `/v1/accounts/${'9'.repeat(300)}`, '/portal/x'])(
  'what leads nowhere answers with them too: %s',
  async (path) => {
    const answer = await platform.server.get(path);
    expectUsualHeaders(answer);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  },
);

it('the session of an admin is kept by a cookie that goes over https alone, that no sister domain can set, and that a frame of a listed site can keep', async () => {
  const link = await platform.server.request('POST', '/v1/accounts/42/portal-links');
  const { pathname } = new URL(link.body.url);
  const opened = await platform.server.get(pathname, { authorization: undefined });
  expectUsualHeaders(opened);
  expect(opened.headers.get('set-cookie')).toMatch(
    /^__Host-belfry_session_42=[0-9a-f]{64}; Path=\/; Max-Age=28800; HttpOnly; SameSite=None; Secure; Partitioned$/,
  );
});

describe('a session over https', () => {
  const change = (headers: Record<string, string>) =>
    platform.server.patch(
      '/v1/accounts/42/notification-settings',
      { webhook_url: null },
      { authorization: undefined, ...headers },
    );
  const open = async () => {
    const link = await platform.server.request('POST', '/v1/accounts/42/portal-links');
    const opened = await platform.server.get(new URL(link.body.url).pathname, { authorization: undefined });
    return opened.headers.get('set-cookie')!.split(';')[0]!;
  };

  it('changes something for its own origin, and not for the same host over http', async () => {
    const cookie = await open();
    const host = 'notifications.example.com';
    expect((await change({ cookie, host, origin: `https://${host}` })).status).toBe(200);
    for (const origin of [`http://${host}`, `http://127.0.0.1:${port}`, 'null'])
      expect((await change({ cookie, origin })).status).toBe(403);
  });

  it('counts under the name alone that no other host can set', async () => {
    const cookie = await open();
    const tossed = cookie.replace('__Host-', '');
    const sent = { origin: 'https://notifications.example.com' };
    expect((await change({ ...sent, cookie: tossed })).status).toBe(401);
    expect((await change({ ...sent, cookie: `${tossed}; ${cookie}` })).status).toBe(200);
  });
});

describe('a page', () => {
  it.each(['/', '/company', '/deliveries', '/docs'])('%s is cut off from everything', async (path) => {
    const answer = await platform.server.get(path, { authorization: undefined });
    expect(answer.status).toBe(200);
    expectUsualHeaders(answer);
    expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(answer.headers.get('permissions-policy')).toContain('camera=()');
    const policy = answer.headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).toContain(
      path === '/docs' ? "frame-ancestors 'none'" : `frame-ancestors 'self' ${frames}`,
    );
  });

  it('shows its files by the same headers, and lets them be kept', async () => {
    const page: string = (await platform.server.get('/')).body;
    const files = [...page.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(files.length).toBeGreaterThan(1);
    for (const path of files) {
      const answer = await platform.server.get(path);
      expect(answer.status).toBe(200);
      expectUsualHeaders(answer);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
  });
});

it.each([
  ['no HTTP', 'nonsense\r\n\r\n', 400],
  ['a head over 16 KiB', `HEAD / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
])('%s is answered with them and without a body, and the connection ends', async (_what, bytes, status) => {
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (piece) => (text += String(piece)));
    // The server may end the connection before it has read all that was sent.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(text));
  });
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain('X-Content-Type-Options: nosniff');
  expect(answer.endsWith('\r\n\r\n')).toBe(true);
});
