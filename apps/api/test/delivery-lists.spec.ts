import { expectProblem } from '@belfry/kit/expect-problem';
import { Endpoint, receive, type RawRequest } from '@belfry/kit/endpoint';
import type { Socket } from 'node:net';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await Endpoint.start(refuseSome);
});
afterAll(() => endpoint?.stop());

interface Delivery {
  readonly delivery_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly channel: string;
  readonly status: string;
  readonly created_at: string;
}
const list = async (query = ''): Promise<{ deliveries: Delivery[]; next_cursor: string | null }> => {
  const { status, body } = await platform.server.get(`/v1/accounts/42/deliveries${query}`);
  expect(status).toBe(200);
  return body;
};
const publish = async (event_type: string, integration_id: number, account_id = 42): Promise<string> => {
  const integration = { integration_id, integration_name: 'CRM sync' };
  const data =
    event_type === 'integration_created'
      ? integration
      : { ...integration, tenant_id: 7, tenant_name: 'Acme' };
  const event = { event_type, environment: 'production', account_id, data };
  return (await platform.server.post('/v1/events', event)).body.event_id;
};

/** The endpoint wants nothing of the first two integrations. */
function refuseSome(request: RawRequest, socket: Socket): void {
  if (!/"integration_id":[12]\b/.test(request.body)) return receive(request, socket);
  socket.write('HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n');
}

/** All that there is, newest first: five events, each with a webhook, of which two are refused, and two mails. */
let all: Delivery[];
let eventIds: string[];

beforeAll(async () => {
  const on = { send_webhook: true, email_subscribers: 'ops@acme.example.com' };
  const settings = { webhook_url: endpoint.url(), events: { integration_created: on, tenant_created: on } };
  for (const id of [42, 43]) await platform.server.makeAccount(id, settings);
  await platform.server.makeAccount(44);
  eventIds = [];
  for (let place = 0; place < 5; place += 1) {
    eventIds.push(await publish(place % 2 === 0 ? 'integration_created' : 'tenant_created', place + 1));
    await publish('tenant_created', place + 1, 43);
  }
  all = await platform.server.finishedDeliveries(42, 15);
});

it("shows the account's deliveries and no other's, newest first, each with the fields of the contract", async () => {
  expect(all).toHaveLength(15);
  expect(all.map(({ delivery_id }) => delivery_id)).toEqual(
    all
      .map(({ delivery_id }) => delivery_id)
      .sort()
      .reverse(),
  );
  expect(all.map(({ event_id }) => event_id)).toEqual(eventIds.flatMap((id) => [id, id, id]).reverse());
  expect(all.find(({ channel }) => channel === 'webhook')).toMatchObject({
    delivery_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    event_id: eventIds[4],
    event_type: 'integration_created',
    channel: 'webhook',
    destination: `http://127.0.0.1:${endpoint.port}/in?token=***`,
    status: 'succeeded',
    reason: null,
    redelivery_of: null,
    test: false,
    created_at: expect.stringMatching(/Z$/),
    finished_at: expect.stringMatching(/Z$/),
  });
  const nobody = await platform.server.get('/v1/accounts/44/deliveries');
  expect(nobody).toMatchObject({ status: 200, body: { deliveries: [], next_cursor: null } });
  expectProblem(await platform.server.get('/v1/accounts/99/deliveries'), 404, 'not-found');
});

const filters: readonly [query: string, picks: (delivery: Delivery) => boolean][] = [
  ['status=succeeded', ({ status }) => status === 'succeeded'],
  ['status=failed', ({ status }) => status === 'failed'],
  ['channel=webhook', ({ channel }) => channel === 'webhook'],
  ['channel=email', ({ channel }) => channel === 'email'],
  ['event_type=tenant_created', ({ event_type }) => event_type === 'tenant_created'],
  [
    'channel=webhook&status=succeeded&event_type=integration_created',
    (delivery) =>
      delivery.channel === 'webhook' &&
      delivery.status === 'succeeded' &&
      delivery.event_type === 'integration_created',
  ],
];

describe.each(filters)('?%s', (query, picks) => {
  it('answers those, and all of those', async () => {
    const expected = all.filter(picks);
    expect(expected.length).toBeGreaterThan(0);
    expect((await list(`?${query}`)).deliveries).toEqual(expected);
  });

  it.each([1, 2, 4])('answers the same over pages of %d', async (limit) => {
    const found: Delivery[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await list(`?${query}&limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.deliveries.length).toBeLessThanOrEqual(limit);
      found.push(...page.deliveries);
      cursor = page.next_cursor;
    }
    expect(found).toEqual(all.filter(picks));
  });
});

it.each(['queued', 'sending', 'interrupted'])(
  'answers none as %s where all have finished',
  async (status) => {
    expect((await list(`?status=${status}`)).deliveries).toEqual([]);
  },
);

it('answers those of one event', async () => {
  const expected = all.filter(({ event_id }) => event_id === eventIds[2]);
  expect((await list(`?event_id=${eventIds[2]}`)).deliveries).toEqual(expected);
  expect((await list(`?event_id=${eventIds[2]!.toUpperCase()}`)).deliveries).toEqual(expected);
  expect((await list('?event_id=0193a1b2-0000-7000-8000-000000000001')).deliveries).toEqual([]);
});

it('answers those from a time on, and those before it', async () => {
  const time = all[7]!.created_at;
  expect((await list(`?from=${time}`)).deliveries).toEqual(
    all.filter(({ created_at }) => created_at >= time),
  );
  expect((await list(`?to=${time}`)).deliveries).toEqual(all.filter(({ created_at }) => created_at < time));
  expect((await list(`?from=${time}&to=${time}`)).deliveries).toEqual([]);
});

it.each([
  ['status=done', '/status'],
  ['channel=sms', '/channel'],
  ['event_type=unknown', '/event_type'],
  ['event_id=7', '/event_id'],
  ['from=yesterday', '/from'],
  ['to=2026-11-24T12:00:00', '/to'],
  ['limit=1000', '/limit'],
  ['cursor=42', '/cursor'],
  ['reason=timeout', '/reason'],
  ['status=failed&status=queued', '/status'],
])('refuses ?%s and names the parameter', async (query, pointer) => {
  expectProblem(await platform.server.get(`/v1/accounts/42/deliveries?${query}`), 400, 'validation', [
    { pointer },
  ]);
});
