import type { Answer, SentHeaders } from '@belfry/kit/rest-client';
import { expectProblem } from '@belfry/kit/expect-problem';
import { Endpoint } from '@belfry/kit/endpoint';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
let endpoint: Endpoint;
const event = {
  event_type: 'integration_created',
  environment: 'production',
  account_id: 42,
  data: { integration_id: 3, integration_name: 'CRM sync' },
};
const publish = (body: unknown, headers: SentHeaders) => platform.server.post('/v1/events', body, headers);
const keyed = (key: string): SentHeaders => ({ 'idempotency-key': key });
const eventsOf = async (accountId: number): Promise<Answer['body'][]> =>
  (await platform.server.get(`/v1/accounts/${accountId}/events?limit=200`)).body.events;

beforeAll(async () => {
  endpoint = await Endpoint.start();
  const events = { integration_created: { send_webhook: true } };
  for (const id of [42, 43])
    await platform.server.makeAccount(id, { webhook_url: endpoint.url(`/${id}`), events });
});
afterAll(() => endpoint?.stop());

it("a second publish with the key gets the first one's answer, and sends nothing more", async () => {
  const before = endpoint.requests.length;
  const first = await publish(event, keyed('again'));
  expect(first).toMatchObject({ status: 202, body: { deliveries: 2 } });
  const second = await publish(event, keyed('again'));
  expect([second.status, second.body]).toEqual([first.status, first.body]);

  await platform.server.finishedDeliveries(42, 2);
  expect((await eventsOf(42)).filter(({ event_id }) => event_id === first.body.event_id)).toHaveLength(1);
  expect(endpoint.requests).toHaveLength(before + 1);
});

it('the first answer stands even where settings have changed since', async () => {
  const first = await publish({ ...event, account_id: 43 }, keyed('before the change'));
  const settings = { events: { integration_created: { email_subscribers: 'ops@acme.example.com' } } };
  await platform.server.patch('/v1/accounts/43/notification-settings', settings);
  const second = await publish({ ...event, account_id: 43 }, keyed('before the change'));
  expect([second.status, second.body]).toEqual([202, first.body]);
});

it('spelling the same body another way is the same body', async () => {
  const first = await publish(event, keyed('spelling'));
  const { data, ...rest } = event;
  const spelled = `  ${JSON.stringify({ data: { integration_name: ' CRM sync ', integration_id: 3 }, ...rest })}\n`;
  expect((await publish(spelled, keyed('spelling'))).body).toEqual(first.body);
});

it.each<[string, object]>([
  ['data', { data: { ...event.data, integration_id: 4 } }],
  ['environment', { environment: 'staging' }],
  ['account', { account_id: 43 }],
  ['timestamp', { timestamp: '2026-11-24T12:00:00Z' }],
])('the key with another %s is 409, and nothing is stored', async (what, change) => {
  await publish(event, keyed(`other ${what}`));
  const before = [await eventsOf(42), await eventsOf(43)];
  expectProblem(await publish({ ...event, ...change }, keyed(`other ${what}`)), 409, 'idempotency-conflict');
  expect([await eventsOf(42), await eventsOf(43)]).toEqual(before);
});

it('twenty at once with one key are one event', async () => {
  const before = (await eventsOf(42)).length;
  const answers = await Promise.all(Array.from({ length: 20 }, () => publish(event, keyed('twenty'))));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
  expect(new Set(answers.map(({ body }) => body.event_id)).size).toBe(1);
  expect(await eventsOf(42)).toHaveLength(before + 1);
});

it('ten at once with one key and two bodies are one event: the others get its answer, or 409', async () => {
  const bodies = [event, { ...event, environment: 'staging' }];
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, place) => publish(bodies[place % 2], keyed('two bodies'))),
  );
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(5);
  expect(new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.event_id)).size).toBe(
    1,
  );
});

it('a refused publish does not use up its key', async () => {
  expectProblem(await publish({ ...event, environment: '' }, keyed('refused')), 400, 'validation');
  expectProblem(await publish({ ...event, account_id: 99 }, keyed('refused')), 404, 'not-found');
  expect((await publish(event, keyed('refused'))).status).toBe(202);
});

it('a key is of the publisher that gave it: another one may use the same text', async () => {
  const ofAccount = await platform.server.makeKey(['events:publish'], 42);
  const platforms = await publish(event, keyed('mine'));
  const accounts = await publish({ ...event, environment: 'other' }, { ...keyed('mine'), ...ofAccount });
  expect(accounts.status).toBe(202);
  expect(accounts.body.event_id).not.toBe(platforms.body.event_id);
});

it('of two platform publishers neither learns nor blocks what the other publishes', async () => {
  const [one, other] = [
    await platform.server.makeKey(['events:publish']),
    await platform.server.makeKey(['events:publish']),
  ];
  const first = await publish(event, { ...keyed('order-1'), ...one });
  const same = await publish(event, { ...keyed('order-1'), ...other });
  const different = await publish({ ...event, environment: 'staging' }, { ...keyed('order-2'), ...other });
  const unblocked = await publish({ ...event, environment: 'other' }, { ...keyed('order-2'), ...one });
  expect([first, same, different, unblocked].map(({ status }) => status)).toEqual([202, 202, 202, 202]);
  expect(new Set([first, same, different, unblocked].map(({ body }) => body.event_id)).size).toBe(4);
  expect((await publish(event, { ...keyed('order-1'), ...one })).body).toEqual(first.body);
});

it('a key is 1 to 255 characters long', async () => {
  const longest = 'k'.repeat(255);
  const first = await publish(event, keyed(longest));
  expect(first.status).toBe(202);
  expect((await publish(event, keyed(longest))).body).toEqual(first.body);
  const before = await eventsOf(42);
  for (const key of ['', 'k'.repeat(256), 'schlüssel'])
    expectProblem(await publish(event, keyed(key)), 400, 'bad-request');
  expect(await eventsOf(42)).toEqual(before);
});

describe('of a batch', () => {
  const batch = (environment: string, count: number) => ({
    events: Array.from({ length: count }, (_, place) => ({
      ...event,
      environment,
      data: { ...event.data, integration_id: place + 1 },
    })),
  });
  const publishBatch = (body: unknown, key: string) =>
    platform.server.post('/v1/events/batch', body, keyed(key));

  it("repeated gets the first one's results, whole or as far as they are there", async () => {
    const key = 'b'.repeat(255);
    const before = (await eventsOf(42)).length;
    const first = await publishBatch(batch('batch', 12), key);
    expect(first.body.results.map(({ status }: Answer) => status)).toEqual(Array(12).fill(202));
    expect((await publishBatch(batch('batch', 12), key)).body).toEqual(first.body);
    const longer = await publishBatch(batch('batch', 13), key);
    expect(longer.body.results.slice(0, 12)).toEqual(first.body.results);
    expect(await eventsOf(42)).toHaveLength(before + 13);
  });

  it('with another event in a place is 409 in that place', async () => {
    const first = await publishBatch(batch('batch', 3), 'place');
    const other = batch('batch', 3);
    other.events[1]!.environment = 'other';
    const second = await publishBatch(other, 'place');
    expect(second.body.results[0]).toEqual(first.body.results[0]);
    expect(second.body.results[1]).toMatchObject({ status: 409, type: '/problems/idempotency-conflict' });
    expect(second.body.results[2]).toEqual(first.body.results[2]);
  });

  it('is another key than the same text with a single event', async () => {
    const batched = await publishBatch(batch('batch', 1), 'same text');
    const single = await publish(event, keyed('same text#0'));
    expect(single.status).toBe(202);
    expect(single.body.event_id).not.toBe(batched.body.results[0].event_id);
  });
});
