/** `PUBLIC_URL` with a path: everything that people and browsers reach works under it, however the proxy hands it on. */
import { platformForThisFile } from '@belfry/kit/platform-for-this-file';
import { key } from '@belfry/kit/rest-client';
import { PortalVisitor } from '@belfry/kit/portal-visitor';
import { expectProblem } from '@belfry/kit/expect-problem';
import { waitFor } from '@belfry/kit/waiting';
import { freePort } from '@belfry/kit/ports';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adapted, blockOf, nginxAround, programOf, startProxy, type Proxy } from '@belfry/kit/proxies';

const path = '/notifications';
const site = 'platform.example.com';
let port: number;

beforeAll(async () => (port = await freePort()));
// Its proxy does TLS: what the process says of itself is not where the test finds it.
const platform = platformForThisFile(() => ({
  PORT: String(port),
  PUBLIC_URL: `https://${site}${path}`,
  NODE_ENV: '',
}));
beforeAll(async () => {
  platform.server.url = `http://127.0.0.1:${port}`;
  await platform.server.makeAccount(42);
});

/** The page's location as it stands, or without the path in what is handed on: a slash is all the difference. */
const manners: readonly (readonly [string, string])[] = [
  ['hands the path on', 'proxy_pass http://belfry;'],
  ['takes the path off', 'proxy_pass http://belfry/;'],
];

describe.each(manners)('Behind nginx that %s', (_manner, pass) => {
  const program = programOf('nginx');
  const here = program === undefined ? it.skip : it;
  let proxy: Proxy | undefined;
  let outside: string;

  beforeAll(async () => {
    if (program === undefined) return;
    const folder = mkdtempSync(join(tmpdir(), 'belfry-nginx-'));
    const listening = await freePort();
    const locations = adapted(blockOf('## Under a path', 'nginx'), [['proxy_pass http://belfry;', pass]]);
    const server = `upstream belfry { server 127.0.0.1:${port}; keepalive 16; }
server { listen 127.0.0.1:${listening}; location / { return 421; } ${locations} }`;
    proxy = await startProxy(program, folder, listening, nginxAround(folder, server));
    outside = `http://127.0.0.1:${listening}`;
  });
  afterAll(() => proxy?.stop());

  /** A request of somebody on the outside: `address` is all of it but the host. */
  const ask = async (address: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${outside}${address}`, { redirect: 'manual', ...init });
  const newLink = async (wish: object = {}): Promise<string> => {
    const { status, body } = await platform.server.post('/v1/accounts/42/portal-links', wish);
    expect(status).toBe(201);
    expect(body.url).toMatch(new RegExp(`^https://${site}${path}/portal/[0-9a-f]{64}$`));
    return String(body.url).replace(`https://${site}`, outside);
  };

  /** Everything that a document names loads from under the path. */
  async function expectItsFiles(address: string, least: number): Promise<string> {
    const page = await ask(address);
    expect(page.status).toBe(200);
    const html = await page.text();
    const named = [...html.matchAll(/<(?:script|link|a|iframe)\b[^>]*?(?:src|href)="(?!data:)([^"]+)"/g)];
    expect(named.length).toBeGreaterThanOrEqual(least);
    for (const [, relative] of named) {
      const { pathname, origin } = new URL(relative!, `${outside}${address}`);
      expect([origin, pathname]).toEqual([outside, expect.stringMatching(`^${path}/`)]);
      expect([pathname, (await ask(pathname)).status]).toEqual([pathname, 200]);
    }
    return html;
  }

  here.each(['/', '/company?account=42', '/deliveries?account=42&status=failed'])(
    'the page is at %s under it, with its files',
    async (tab) => {
      await expectItsFiles(`${path}${tab}`, 2);
    },
  );

  here('without the slash it leads to the page', async () => {
    const answer = await ask(`${path}?account=42`);
    expect(new URL(answer.headers.get('location')!, outside).pathname).toBe(`${path}/`);
  });

  here('/docs loads its files and the description, whose server is the path', async () => {
    await expectItsFiles(`${path}/docs`, 3);
    const script = await (await ask(`${path}/docs/page.js`)).text();
    const [, description] = /url: '([^']+)'/.exec(script)!;
    const { pathname } = new URL(description!, `${outside}${path}/docs`);
    expect(pathname).toBe(`${path}/openapi.json`);
    const document = await (await ask(pathname)).json();
    expect(document.servers).toEqual([{ url: path }]);
  });

  here('a portal link opens the page there, and its session answers there', async () => {
    const admin = await PortalVisitor.by(outside, await newLink({ to: '/deliveries?status=failed' }));
    expect(admin.location).toBe(`${path}/deliveries?account=42&status=failed`);
    expect(admin.cookie).toMatch(/^__Host-belfry_session_notifications_42=[0-9a-f]{64}$/);
    const settings = await admin.request('GET', `${path}/v1/accounts/42/notification-settings`);
    expect(settings.status).toBe(200);
    const saved = await admin.request('PATCH', `${path}/v1/accounts/42/notification-settings`, {});
    expect(saved.status).toBe(200);
    const [forgotten] = (await admin.request('DELETE', `${path}/v1/session`)).headers.getSetCookie();
    expect(forgotten).toMatch(/^__Host-belfry_session_notifications_42=; Path=\/; Max-Age=0;/);
    expect((await admin.request('GET', `${path}/v1/session`)).status).toBe(401);
  });

  here('a used link, and one that another site led to, stay under it', async () => {
    const link = await newLink();
    await ask(link.slice(outside.length));
    expect((await PortalVisitor.by(outside, link)).location).toBe(`${path}/?link=used`);
    const other = await newLink();
    const led = await PortalVisitor.by(outside, other, { 'sec-fetch-site': 'cross-site' });
    expect(led.location).toBe(`${path}/#open=${other.slice(-64)}`);
    const entered = await ask(`${path}/portal/${other.slice(-64)}`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    expect(await entered.json()).toEqual({ location: `${path}/?account=42` });
  });

  here('the development pages link to each other under it', async () => {
    const posted = await ask(`${path}/dev/endpoint?x=1`, { method: 'POST', body: '{}' });
    expect(posted.status).toBe(200);
    const html = await expectItsFiles(`${path}/dev/endpoint`, 1);
    expect(html).toContain(`POST ${pass.endsWith('/;') ? '' : path}/dev/endpoint?x=1`);
    await platform.server.put('/v1/accounts/42/notification-settings', {
      events: { run_failed: { email_subscribers: ['ops@acme.example.com'] } },
    });
    await platform.server.post('/v1/events', runFailed);
    const kept = async () =>
      (await platform.server.get('/dev/mailbox', { accept: 'application/json' })).body.mails;
    await waitFor(async () => (await kept()).length > 0);
    await expectItsFiles(`${path}/dev/mailbox`, 1);
    const mail = await expectItsFiles(`${path}/dev/mailbox/${(await kept())[0].id}`, 1);
    expect(mail).toContain(`https://${site}${path}/`);
  });

  here('REST and health answer under it, and what is nowhere leads to its /docs', async () => {
    const headers = { authorization: `Bearer ${key}` };
    expect((await ask(`${path}/v1/accounts/42`, { headers })).status).toBe(200);
    expect((await ask(`${path}/v1/accounts/42/deliveries?limit=x`, { headers })).status).toBe(400);
    expect((await ask(`${path}/health/ready`)).status).toBe(200);
    const nowhere = await ask(`${path}/nowhere`);
    expect([nowhere.status, await nowhere.text()]).toEqual([
      404,
      expect.stringContaining(`see ${path}/docs.`),
    ]);
  });

  here.each(['/metrics', '/metrics/', '/%6Detrics', '//metrics', '/METRICS', '/./metrics', '/x/../metrics'])(
    'keeps %s inside',
    async (metrics) => {
      const answer = await ask(`${path}${metrics}`);
      expect(await answer.text()).not.toContain('belfry_');
      expect(answer.status).toBe(404);
    },
  );
});

it('whoever asks without a proxy needs no path, and leads nobody out of it by one', async () => {
  for (const prefix of ['', path]) {
    expect((await platform.server.get(`${prefix}/health/live`)).status).toBe(200);
    expect((await platform.server.get(`${prefix}/`)).status).toBe(200);
  }
  const bare = await platform.server.get(`${path}?account=42`);
  expect([bare.status, bare.headers.get('location')]).toEqual([308, `${path}/?account=42`]);
  // It is taken off once, and where it is a whole part of the path.
  for (const wrong of [`${path}${path}/health/live`, `${path}x/health/live`, `${path}//another.example.com/`])
    expectProblem(await platform.server.get(wrong), 404, 'not-found');
});

it('speaks for its own path alone: HSTS is for the whole host', async () => {
  const answer = await platform.server.get('/');
  expect(answer.headers.get('strict-transport-security')).toBeNull();
});

const runFailed = {
  event_type: 'run_failed',
  environment: 'production',
  account_id: 42,
  data: {
    run_id: 1,
    run_status: 'failed',
    tenant_id: 7,
    tenant_name: 'Acme',
    integration_id: 3,
    integration_name: 'CRM sync',
  },
};
