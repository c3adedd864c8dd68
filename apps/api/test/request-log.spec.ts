import type { Answer, RestClient } from '@belfry/kit/rest-client';
import { Endpoint, receive } from '@belfry/kit/endpoint';
import { waitFor } from '@belfry/kit/waiting';
import { platformForThisFile } from './server.fixture.js';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

const platform = platformForThisFile();
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await Endpoint.start();
  await platform.server.makeAccount(42, {
    webhook_url: endpoint.url(),
    events: { integration_created: { send_webhook: true } },
  });
});
afterAll(() => endpoint?.stop());
beforeEach(() => (endpoint.behaviour = receive));

const event = {
  event_type: 'integration_created',
  environment: 'production',
  account_id: 42,
  data: { integration_id: 3, integration_name: 'CRM sync' },
};

/** The lines that a process has logged, whole ones. */
const linesOf = (server: RestClient): Line[] =>
  server.output
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

const requestsOf = (id: string) => linesOf(platform.server).filter(({ request_id }) => request_id === id);

/** The one line of the request that was answered so. */
async function lineOf({ headers }: Answer): Promise<Line> {
  const id = headers.get('x-request-id')!;
  await waitFor(() => requestsOf(id).length > 0);
  expect(requestsOf(id)).toHaveLength(1);
  return requestsOf(id)[0]!;
}

async function outcomesOf(eventId: string, expected: number): Promise<Line[]> {
  const found = () =>
    linesOf(platform.server).filter((line) => 'outcome' in line && line['event_id'] === eventId);
  await waitFor(() => found().length >= expected);
  return found();
}

const info = 30;
const warn = 40;

it('a publish has one line, whose event leads to one line per delivery outcome', async () => {
  const answer = await platform.server.post('/v1/events', event, {
    'x-request-id': 'platform.job-7:retry_1',
  });
  const { event_id } = answer.body;
  expect(answer.headers.get('x-request-id')).toBe('platform.job-7:retry_1');
  expect(await lineOf(answer)).toMatchObject({
    level: info,
    method: 'POST',
    route: '/v1/events',
    status: 202,
    caller: 'key bootstrap',
    client: '127.0.0.1',
    event_id,
    deliveries: 2,
    duration_ms: expect.any(Number),
  });
  const outcomes = await outcomesOf(event_id, 2);
  const deliveries = await platform.server.finishedDeliveries(42, 2);
  expect(outcomes.map((line) => line['delivery_id']).sort()).toEqual(
    deliveries
      .filter((delivery) => delivery.event_id === event_id)
      .map((delivery) => delivery.delivery_id)
      .sort(),
  );
  expect(outcomes).toHaveLength(2);
  expect(outcomes.map(({ level }) => level)).toEqual([info, info]);
});

it('a batch names all its events', async () => {
  const answer = await platform.server.post('/v1/events/batch', {
    events: [event, { ...event, environment: '' }, event],
  });
  const ids = answer.body.results.flatMap((result: { event_id?: string }) => result.event_id ?? []);
  expect(ids).toHaveLength(2);
  expect(await lineOf(answer)).toMatchObject({ status: 207, event_ids: ids, refused: 1 });
});

it('a failed delivery is a warning that gives the reason', async () => {
  endpoint.behaviour = (_request, socket) => socket.end('HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n');
  const { body } = await platform.server.post('/v1/events', event);
  const failed = (await outcomesOf(body.event_id, 2)).find(({ channel }) => channel === 'webhook');
  expect(failed).toMatchObject({
    level: warn,
    msg: 'delivery failed',
    reason: 'http_status',
    response_status: 500,
    account_id: 42,
  });
});

it('a redelivery and a test delivery lead to their outcomes as well', async () => {
  const test = await platform.server.post('/v1/accounts/42/webhook-test', { event_type: 'run_failed' });
  const { delivery_id, event_id } = test.body;
  expect(await lineOf(test)).toMatchObject({ delivery_id, event_id });
  const again = await platform.server.request('POST', `/v1/accounts/42/deliveries/${delivery_id}/redeliver`);
  expect(await lineOf(again)).toMatchObject({
    delivery_id: again.body.delivery_id,
    redelivery_of: delivery_id,
  });
  const outcomes = await outcomesOf(event_id, 2);
  expect(outcomes.map((line) => line['delivery_id'])).toEqual([delivery_id, again.body.delivery_id]);
});

it('a refusal has one line, however it is refused', async () => {
  const answers = [
    await platform.server.post('/v1/events', '{'),
    await platform.server.get('/v1/accounts', { authorization: undefined }),
    await platform.server.get('/nothing'),
    await platform.server.get('/v1/accounts/%E0%A4%A'),
    await platform.server.request('DELETE', '/v1/events'),
  ];
  for (const answer of answers)
    expect(await lineOf(answer)).toMatchObject({ level: info, status: answer.status });
});

it('a refusal of a caller who is known names them', async () => {
  const reader = await platform.server.makeKey(['settings:read']);
  const refused = await platform.server.put('/v1/accounts/42', {}, reader);
  expect(await lineOf(refused)).toMatchObject({
    status: 403,
    caller: expect.stringMatching(/^key 0/),
    client: '127.0.0.1',
  });

  const { body } = await platform.server.request('POST', '/v1/accounts/42/portal-links');
  const opened = await fetch(body.url, { redirect: 'manual' });
  const cookie = opened.headers.get('set-cookie')!.split(';')[0]!;
  const foreign = await platform.server.put(
    '/v1/accounts/42',
    {},
    { authorization: undefined, cookie, 'sec-fetch-site': 'cross-site' },
  );
  expect(await lineOf(foreign)).toMatchObject({ status: 403, caller: expect.stringMatching(/^session /) });

  const stranger = await platform.server.get('/v1/accounts', { authorization: undefined });
  expect(await lineOf(stranger)).not.toHaveProperty('caller');
});

it('an id that is long or holds anything odd is not taken over', async () => {
  for (const id of ['a'.repeat(65), 'a b', '"', '{}', 'é']) {
    const answer = await platform.server.get('/v1/event-types', { 'x-request-id': id });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-z]+$/);
  }
});

it('no line holds a URL: not of the request, and not of the endpoint', async () => {
  await lineOf(await platform.server.get('/v1/accounts/42/deliveries?status=failed'));
  await lineOf(await platform.server.get(`/portal/${'a'.repeat(64)}?x=y`));
  for (const line of linesOf(platform.server)) {
    expect(JSON.stringify(line)).not.toMatch(/status=failed|aaaaaaaa|token|x=y/);
  }
});

it('probes and scrapes are of interest when debugging alone', async () => {
  for (const path of ['/health/live', '/health/ready', '/metrics'])
    expect(await lineOf(await platform.server.get(path))).toMatchObject({ level: 20, route: path });
});
