/** What a link and its session hold, and how long: never more than the key that asked for the link, and no longer. */
import type { SentHeaders } from '@belfry/kit/rest-client';
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { PortalVisitor } from '@belfry/kit/portal-visitor';
import { expectProblem } from '@belfry/kit/expect-problem';
import { waitFor } from '@belfry/kit/waiting';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
const links = '/v1/accounts/42/portal-links';
const settings = '/v1/accounts/42/notification-settings';

beforeAll(() => platform.server.makeAccount(42));

async function makeStoredKey(scopes: readonly string[]): Promise<{ id: string; header: SentHeaders }> {
  const { body } = await platform.server.post('/v1/api-keys', { name: 'Maker', scopes });
  return { id: body.key_id, header: { authorization: `Bearer ${body.key}` } };
}

async function linkBy(header: SentHeaders, body?: object): Promise<string> {
  const made = await platform.server.post(links, body, header);
  expect(made.status).toBe(201);
  return made.body.url;
}

const visitor = async (url: string) => PortalVisitor.by(platform.server.url, url);

describe('a link', () => {
  it.each([
    [['keys:write', 'settings:read'], ['settings:read']],
    [
      ['deliveries:redeliver', 'events:publish', 'keys:write', 'deliveries:read'],
      ['deliveries:read', 'deliveries:redeliver'],
    ],
  ])('of a key with %j opens a session with %j', async (scopes, held) => {
    const admin = await visitor(await linkBy(await platform.server.makeKey(scopes)));
    expect((await (await admin.request('GET', '/v1/session')).json()) as object).toMatchObject({
      scopes: held,
    });
    expect((await admin.request('PATCH', settings, { webhook_url: null })).status).toBe(403);
  });

  it.each([[['keys:write']], [['keys:write', 'events:publish']]])(
    'is refused to a key with %j, which holds nothing that the page could be used for',
    async (scopes) => {
      const refused = await platform.server.post(links, undefined, await platform.server.makeKey(scopes));
      expectProblem(refused, 403, 'forbidden');
      expect(refused.body.detail).toContain('settings:read');
    },
  );

  it('signs out whoever holds any of the scopes', async () => {
    const maker = await platform.server.makeKey(['keys:write', 'deliveries:redeliver']);
    const admin = await visitor(await linkBy(maker));
    expect((await admin.request('DELETE', '/v1/session')).status).toBe(204);
    expect((await admin.request('GET', '/v1/session')).status).toBe(401);
  });

  it('leads to the path of the page that it was made for', async () => {
    const admin = await visitor(await linkBy({}, { to: '/deliveries?status=failed' }));
    expect(admin.location).toBe('/deliveries?account=42&status=failed');
  });

  it.each([
    '//evil.example.com',
    'https://evil.example.com/',
    '/\\evil.example.com',
    '/v1/accounts',
    'company',
    7,
  ])('is not made to lead to %j', async (to) => {
    expectProblem(await platform.server.post(links, { to }), 400, 'validation', [{ pointer: '/to' }]);
  });

  it.each([
    [[], ''],
    [{ account: 7 }, '/account'],
  ])('is not made from %j', async (body, pointer) => {
    expectProblem(await platform.server.post(links, body), 400, 'validation', [{ pointer }]);
  });
});

describe('the revocation of a key', () => {
  it('ends its unused links and its sessions at once, and nobody else’s', async () => {
    const maker = await makeStoredKey(['keys:write', 'settings:read']);
    const [admin, unused] = [await visitor(await linkBy(maker.header)), await linkBy(maker.header)];
    const other = await visitor(await linkBy({}));
    expect((await platform.server.request('DELETE', `/v1/api-keys/${maker.id}`)).status).toBe(204);
    expect((await admin.request('GET', settings)).status).toBe(401);
    expect((await visitor(unused)).location).toBe('/?link=used');
    expect((await other.request('GET', settings)).status).toBe(200);
  });

  it('counts in another process too: for its sessions at once, for itself as soon as it is looked up anew', async () => {
    const another = await BelfryProcess.start({ DATABASE_URL: platform.databaseUrl });
    try {
      const maker = await makeStoredKey(['keys:write', 'settings:read']);
      const admin = await visitor(await linkBy(maker.header));
      const there = async () => (await another.get(settings, maker.header)).status;
      expect(await there()).toBe(200);
      expect((await platform.server.request('DELETE', `/v1/api-keys/${maker.id}`)).status).toBe(204);
      expect((await admin.at(another.url).request('GET', settings)).status).toBe(401);
      await waitFor(async () => (await there()) === 401);
    } finally {
      await another.remove();
    }
  });
});
