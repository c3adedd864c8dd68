import { query } from '@belfry/kit/databases';
import { platformForThisFile } from './server.fixture.js';

const { server, databaseUrl } = platformForThisFile();

beforeAll(async () => {
  await server.makeAccount(42);
  await server.makeAccount(43);
});

async function makeLink(accountId: number): Promise<string> {
  const { status, body } = await server.request('POST', `/v1/accounts/${accountId}/portal-links`);
  expect(status).toBe(201);
  return body.url;
}

const open = (url: string) => fetch(url, { redirect: 'manual' });

/** Opens a session and answers its cookie. */
async function signIn(accountId: number): Promise<string> {
  const response = await open(await makeLink(accountId));
  return response.headers.get('set-cookie')!.split(';')[0]!;
}

/** A request of the page, which carries the cookie and no key. */
function asAdmin(
  cookie: string,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' },
) {
  return fetch(`${server.url}${path}`, {
    method,
    headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe('a portal link', () => {
  it('opens a session once: the second who comes with it gets none', async () => {
    const url = await makeLink(42);
    expect(url).toMatch(new RegExp(`^${server.url}/portal/[0-9a-f]{64}$`));
    const [first, second] = [await open(url), await open(url)];
    expect([first.status, first.headers.get('location')]).toEqual([303, '/?account=42']);
    expect([second.status, second.headers.get('location')]).toEqual([303, '/?link=used']);
    expect(second.headers.get('set-cookie')).toBeNull();
  });

  it('opens one session of two who come at the same moment', async () => {
    const url = await makeLink(42);
    const responses = await Promise.all(Array.from({ length: 8 }, () => open(url)));
    expect(responses.filter((response) => response.headers.has('set-cookie'))).toHaveLength(1);
  });

  it('is over after five minutes', async () => {
    const before = Date.now();
    const { body } = await server.request('POST', '/v1/accounts/42/portal-links');
    const lifetime = new Date(body.expires_at).getTime() - before;
    expect(Math.round(lifetime / 60_000)).toBe(5);
    await query(databaseUrl, `UPDATE portal_links SET expires_at = now() - interval '1 second'`);
    expect((await open(body.url)).headers.get('location')).toBe('/?link=used');
  });

  it('is not to be had for an account that does not exist', async () => {
    expect((await server.request('POST', '/v1/accounts/99/portal-links')).status).toBe(404);
  });
});

describe('a session', () => {
  it('is a cookie that no script can read and no other site can send, for eight hours', async () => {
    const response = await open(await makeLink(42));
    expect(response.headers.get('set-cookie')).toMatch(
      /^belfry_session_42=[0-9a-f]{64}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Strict$/,
    );
  });

  it('says whose it is', async () => {
    const response = await asAdmin(await signIn(42), 'GET', '/v1/session');
    expect(await response.json()).toMatchObject({ account_id: 42, account_name: 'Acme Inc' });
  });

  it('reads and changes its own account', async () => {
    const cookie = await signIn(42);
    const path = '/v1/accounts/42/notification-settings';
    const change = { webhook_url: 'https://hooks.example.com/in?token=s3cret' };
    expect((await asAdmin(cookie, 'PATCH', path, change)).status).toBe(200);
    expect(await (await asAdmin(cookie, 'GET', path)).json()).toMatchObject(change);
  });

  it('sees nothing of another account, nor of the platform', async () => {
    const cookie = await signIn(42);
    expect((await asAdmin(cookie, 'GET', '/v1/accounts/43/notification-settings')).status).toBe(404);
    expect((await asAdmin(cookie, 'GET', '/v1/accounts/43/deliveries')).status).toBe(404);
    expect((await asAdmin(cookie, 'GET', '/v1/api-keys')).status).toBe(403);
    expect((await asAdmin(cookie, 'POST', '/v1/events', {})).status).toBe(403);
    const { accounts } = (await (await asAdmin(cookie, 'GET', '/v1/accounts')).json()) as {
      accounts: object[];
    };
    expect(accounts).toMatchObject([{ account_id: 42 }]);
  });

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sister domain', { 'sec-fetch-site': 'same-site' }],
    ['an old browser on another site', { origin: 'https://evil.example.com' }],
    ['an old browser that says nothing of where it comes from', {}],
  ])('changes nothing for a request from %s', async (_from, headers: Record<string, string>) => {
    const cookie = await signIn(42);
    const path = '/v1/accounts/42/notification-settings';
    expect((await asAdmin(cookie, 'PATCH', path, { webhook_url: null }, headers)).status).toBe(403);
  });

  it('changes something for an old browser on the page itself', async () => {
    const cookie = await signIn(42);
    const path = '/v1/accounts/42/notification-settings';
    expect((await asAdmin(cookie, 'PATCH', path, { webhook_url: null }, { origin: server.url })).status).toBe(
      200,
    );
  });

  it('ends by signing out, and with all others of its account when the platform says so', async () => {
    const [first, second, other] = [await signIn(42), await signIn(42), await signIn(43)];
    expect((await asAdmin(first, 'DELETE', '/v1/session')).status).toBe(204);
    expect((await asAdmin(first, 'GET', '/v1/session')).status).toBe(401);
    expect((await server.request('DELETE', '/v1/accounts/42/portal-sessions')).status).toBe(200);
    expect((await asAdmin(second, 'GET', '/v1/accounts/42')).status).toBe(401);
    expect((await asAdmin(other, 'GET', '/v1/session')).status).toBe(200);
  });

  it('and what was done in it are in the audit log, without secrets', async () => {
    const cookie = await signIn(42);
    const url = 'https://hooks.example.com/in?token=t0psecret';
    await asAdmin(cookie, 'PATCH', '/v1/accounts/42/notification-settings', { webhook_url: url });
    const { body } = await server.get('/v1/accounts/42/audit-log?limit=2');
    expect(body.entries).toMatchObject([
      {
        actor: { kind: 'session' },
        action: 'settings.changed',
        changes: [{ pointer: '/webhook_url', after: 'https://hooks.example.com/in?***' }],
      },
      { actor: { kind: 'session' }, action: 'portal_link.opened', changes: [] },
    ]);
    expect(JSON.stringify(body)).not.toContain('t0psecret');
    expect((await asAdmin(cookie, 'GET', '/v1/accounts/42/audit-log')).status).toBe(200);
  });

  it('that is over leads to where the platform makes a new link', async () => {
    const cookie = await signIn(42);
    await query(databaseUrl, `UPDATE portal_sessions SET expires_at = now() - interval '1 second'`);
    const response = await asAdmin(cookie, 'GET', '/v1/session');
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ refresh_url: 'https://app.example.com/notifications' });
  });
});
