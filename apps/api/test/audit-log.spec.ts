/** Who did what: also what changes nothing that is stored as a setting. */
import type { Answer } from '@belfry/kit/rest-client';
import { PortalVisitor } from '@belfry/kit/portal-visitor';
import { Endpoint, receive, type Behaviour } from '@belfry/kit/endpoint';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await Endpoint.start();
  await platform.server.makeAccount(42, {
    webhook_url: endpoint.url('/in'),
    events: { integration_created: { send_webhook: true } },
  });
});
afterAll(() => endpoint?.stop());

const answering =
  (status: string, body: string): Behaviour =>
  (_request, socket) =>
    socket.write(`HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);

async function latest(count: number): Promise<Answer['body'][]> {
  return (await platform.server.get(`/v1/accounts/42/audit-log?limit=${count}`)).body.entries;
}
const after = (changes: readonly { pointer: string; after: unknown }[]) =>
  Object.fromEntries(changes.map((change) => [change.pointer, change.after]));

async function failedDelivery(): Promise<string> {
  endpoint.behaviour = answering('500 Internal Server Error', 'no');
  const event = {
    event_type: 'integration_created',
    environment: 'production',
    account_id: 42,
    data: { integration_id: 3, integration_name: 'CRM sync' },
  };
  const before: number = (await platform.server.get('/v1/accounts/42/deliveries?limit=200')).body.deliveries
    .length;
  await platform.server.post('/v1/events', event);
  const [delivery] = (await platform.server.finishedDeliveries(42, before + 2)).filter(
    ({ channel }) => channel === 'webhook',
  );
  return delivery.delivery_id;
}

it('has who made a link and what it holds, who opened it, and who signed out', async () => {
  const { body } = await platform.server.post('/v1/accounts/42/portal-links', { to: '/company' });
  const admin = await PortalVisitor.by(platform.server.url, body.url);
  await admin.request('DELETE', '/v1/session');
  const [ended, opened, made] = await latest(3);
  expect(made).toMatchObject({ action: 'portal_link.created', actor: { kind: 'key', id: 'bootstrap' } });
  expect(after(made.changes)).toMatchObject({ '/to': '/company', '/scopes': expect.any(Array) });
  expect(opened).toMatchObject({ action: 'portal_link.opened', actor: { kind: 'session' } });
  expect(ended).toMatchObject({ action: 'portal_session.ended', actor: opened.actor });
});

it('has who sent a test', async () => {
  endpoint.behaviour = receive;
  const { body } = await platform.server.post('/v1/accounts/42/webhook-test', {
    event_type: 'tenant_created',
  });
  const [entry] = await latest(1);
  expect(entry).toMatchObject({ action: 'webhook.tested', actor: { kind: 'key', id: 'bootstrap' } });
  expect(after(entry.changes)).toEqual({
    '/event_type': 'tenant_created',
    '/delivery_id': body.delivery_id,
  });
});

it('has who redelivered one, and who redelivered how many by what', async () => {
  const deliveryId = await failedDelivery();
  const { body } = await platform.server.post(
    `/v1/accounts/42/deliveries/${deliveryId}/redeliver`,
    undefined,
  );
  expect(body.delivery_id).toEqual(expect.any(String));
  const [one] = await latest(1);
  expect(one).toMatchObject({ action: 'deliveries.redelivered', actor: { kind: 'key', id: 'bootstrap' } });
  expect(after(one.changes)).toEqual({ '/redelivered': 1, '/redelivery_of': deliveryId });

  await platform.server.finishedDeliveries(42, 1);
  const filter = { status: 'failed', channel: 'webhook' };
  const many = await platform.server.post('/v1/accounts/42/deliveries/redeliver', filter);
  expect(many.body.redelivered).toBeGreaterThan(0);
  const [entry] = await latest(1);
  expect(after(entry.changes)).toMatchObject({
    '/redelivered': many.body.redelivered,
    '/status': 'failed',
    '/channel': 'webhook',
  });
});

it('has no entry of a redelivery that found nothing', async () => {
  const before = await latest(200);
  const nothing = await platform.server.post('/v1/accounts/42/deliveries/redeliver', {
    status: 'interrupted',
  });
  expect(nothing.body).toEqual({ redelivered: 0 });
  expect(await latest(200)).toEqual(before);
});

it('a test shows what the endpoint answered to who may read deliveries alone', async () => {
  endpoint.behaviour = answering('200 OK', 'internal-secret');
  const test = (headers?: Record<string, string>) =>
    platform.server.post('/v1/accounts/42/webhook-test', { event_type: 'tenant_created' }, headers);
  const settingsKey = await platform.server.makeKey(['settings:write'], 42);
  const blind = await test(settingsKey);
  expect(blind.body.attempts[0].response).toEqual({ status: 200, headers: {}, body: '' });
  expect(JSON.stringify(blind.body)).not.toContain('internal-secret');
  const reader = await platform.server.makeKey(['settings:write', 'deliveries:read'], 42);
  expect((await test(reader)).body.attempts[0].response.body).toBe('internal-secret');
});
