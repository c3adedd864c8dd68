/** The client against a running Belfry: every operation that the API describes. */
import {
  createClient,
  headOf,
  ProblemError,
  type Client,
  type NotificationSettingsInput,
  type OperationId,
} from '@belfry/contract';
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { createEmptyDatabase, type EmptyDatabase } from '@belfry/kit/databases';
import { Endpoint } from '@belfry/kit/endpoint';
import { PortalVisitor } from '@belfry/kit/portal-visitor';
import { key } from '@belfry/kit/rest-client';

let database: EmptyDatabase;
let endpoint: Endpoint;
let server: BelfryProcess;
let belfry: Client;
let settings: NotificationSettingsInput;

beforeAll(async () => {
  [database, endpoint] = await Promise.all([createEmptyDatabase(), Endpoint.start()]);
  server = await BelfryProcess.start({ DATABASE_URL: database.url, BOOTSTRAP_API_KEY: key });
  belfry = createClient({ url: server.url, key });
  settings = {
    webhook_url: endpoint.url(),
    events: { run_failed: { send_webhook: true, email_subscribers: ['ops@acme.example.com'] } },
  };
  await server.makeAccount(42, settings);
  await belfry.publishEvent(event);
});
afterAll(async () => {
  await server?.remove();
  await endpoint?.stop();
  await database?.drop();
});

const account = { account_name: 'Acme Inc', primary_contact: { email: 'pat@acme.example.com' } };
const event = {
  event_type: 'run_failed',
  environment: 'production',
  account_id: 42,
  data: {
    run_id: 901,
    run_status: 'failed',
    tenant_id: 7,
    tenant_name: 'Acme',
    integration_id: 3,
    integration_name: 'CRM sync',
  },
} as const;

/** An event whose deliveries have finished, and one of them over a channel. */
async function delivered(channel: 'webhook' | 'email'): Promise<string> {
  const { event_id } = await belfry.publishEvent(event);
  await server.finishedDeliveries(42, 1);
  const { deliveries } = await belfry.listDeliveries(42, { event_id, channel, limit: 1 });
  return deliveries[0]!.delivery_id;
}

/** The page as a browser has it: what it sends with its requests is the cookie of a session. */
async function page(): Promise<Client> {
  const { url } = await belfry.createPortalLink(42);
  const { cookie } = await PortalVisitor.by(server.url, url);
  return createClient({
    url: server.url,
    key: 'none',
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      headers.delete('authorization');
      headers.set('cookie', cookie);
      headers.set('sec-fetch-site', 'same-origin');
      return fetch(input, { ...init, headers });
    },
  });
}

const text: unknown = expect.any(String);
const some: unknown = expect.arrayContaining([expect.any(Object)]);

/** One call of each operation, and what it answers. */
const calls: Readonly<Record<OperationId, readonly [call: () => Promise<unknown>, answer: unknown]>> = {
  publishEvent: [() => belfry.publishEvent(event), { deliveries: 3 }],
  publishEvents: [
    () => belfry.publishEvents({ events: [event, { ...event, account_id: 1 }] }),
    { results: [{ status: 202 }, { status: 404 }] },
  ],
  listEvents: [
    () => belfry.listEvents(42, { event_type: 'run_failed', from: new Date(0) }),
    { events: some },
  ],
  getEvent: [
    async () => belfry.getEvent(42, (await belfry.publishEvent(event)).event_id),
    { payload: { run_id: 901 } },
  ],
  listEventTypes: [() => belfry.listEventTypes(), { event_types: some }],
  putAccount: [() => belfry.putAccount(43, account), { account_id: 43 }],
  eraseAccount: [() => belfry.putAccount(44, account).then(() => belfry.eraseAccount(44)), undefined],
  eraseRecipient: [() => belfry.eraseRecipient(42, { email: 'gone@acme.example.com' }), undefined],
  getAccount: [() => belfry.getAccount(42), { account_name: 'Acme Inc' }],
  listAccounts: [() => belfry.listAccounts({ limit: 1 }), { next_cursor: text }],
  getSettings: [() => belfry.getSettings(42), { webhook_url: text }],
  putSettings: [() => belfry.putSettings(42, settings), { account_id: 42 }],
  patchSettings: [
    () => belfry.patchSettings(42, { events: { run_failed: { send_webhook: true } } }),
    { events: { run_failed: { send_webhook: true } } },
  ],
  checkWebhookUrl: [() => belfry.checkWebhookUrl(42, { webhook_url: endpoint.url() }), { problem: null }],
  listDeliveries: [() => belfry.listDeliveries(42, { channel: 'email' }), { deliveries: some }],
  getDelivery: [async () => belfry.getDelivery(42, await delivered('webhook')), { attempts: some }],
  previewMail: [
    async () => belfry.previewMail(42, await delivered('email')),
    { subject: expect.stringContaining('CRM sync') as unknown },
  ],
  showMail: [async () => belfry.showMail(42, await delivered('email')), /<html/],
  redeliver: [async () => belfry.redeliver(42, await delivered('webhook')), { delivery_id: text }],
  redeliverMany: [() => belfry.redeliverMany(42, { status: 'failed' }), { redelivered: 0 }],
  testWebhook: [
    () => belfry.testWebhook(42, { event_type: 'run_failed' }),
    { status: 'succeeded', test: true },
  ],
  getDeliveryStats: [() => belfry.getDeliveryStats(42, { window: '7d' }), { account_id: 42 }],
  createApiKey: [() => belfry.createApiKey({ name: 'One', scopes: ['events:publish'] }), { key: text }],
  listApiKeys: [() => belfry.listApiKeys(), { api_keys: some }],
  revokeApiKey: [
    async () => {
      const { key_id } = await belfry.createApiKey({ name: 'Two', scopes: ['events:publish'] });
      return belfry.revokeApiKey(key_id);
    },
    undefined,
  ],
  listAuditLog: [() => belfry.listAuditLog(42), { entries: some }],
  createPortalLink: [
    () => belfry.createPortalLink(42, { to: '/deliveries?status=failed' }),
    { url: expect.stringContaining('/portal/') as unknown },
  ],
  endPortalSessions: [() => belfry.endPortalSessions(42), { ended: expect.any(Number) as unknown }],
  getSession: [async () => (await page()).getSession({ belfryAccount: '42' }), { account_id: 42 }],
  endSession: [async () => (await page()).endSession({ belfryAccount: '42' }), undefined],
  live: [() => belfry.live(), { status: 'ok' }],
  ready: [() => belfry.ready(), { status: 'ok', database: 'ok' }],
  metrics: [() => belfry.metrics(), /^# HELP/m],
};

it('has a method for each operation that the API describes', async () => {
  const { body } = await server.get('/openapi.json', { authorization: undefined });
  const described = Object.values(
    body.paths as Record<string, Record<string, { operationId: string }>>,
  ).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  expect(described.length).toBeGreaterThan(30);
  expect(described.sort()).toEqual(Object.keys(calls).sort());
});

it.each(Object.entries(calls))('%s', async (_id, [call, expected]) => {
  const answer = await call();
  if (expected === undefined) expect(answer).toBeUndefined();
  else if (expected instanceof RegExp) expect(answer).toMatch(expected);
  else expect(answer).toMatchObject(expected as object);
});

it('refuses a change of settings that somebody else has changed since', async () => {
  await belfry.putAccount(43, account);
  await belfry.putSettings(43, { webhook_url: endpoint.url() });
  const before = await belfry.getSettings(43);
  const changed = await belfry.patchSettings(43, { webhook_url: null }, { ifMatch: headOf(before).etag });
  expect(changed.webhook_url).toBeNull();
  const late = belfry.patchSettings(43, { webhook_url: endpoint.url() }, { ifMatch: headOf(before).etag });
  await expect(late).rejects.toMatchObject({ status: 412, problem: { type: '/problems/version-mismatch' } });
  await expect(late).rejects.toBeInstanceOf(ProblemError);
});

it('goes through all pages', async () => {
  const { results } = await belfry.publishEvents({ events: [event, event, event, event, event] });
  const seen: string[] = [];
  for await (const { event_id } of belfry.events(42, { limit: 2 })) seen.push(event_id);
  expect(seen.length).toBeGreaterThan(5);
  expect(new Set(seen).size).toBe(seen.length);
  for (const result of results) expect(seen).toContain('event_id' in result && result.event_id);
});
