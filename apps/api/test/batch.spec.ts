import type { Answer } from '@belfry/kit/rest-client';
import { expectProblem } from '@belfry/kit/expect-problem';
import { Endpoint } from '@belfry/kit/endpoint';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
let endpoint: Endpoint;
const path = '/v1/events/batch';
const event = {
  event_type: 'integration_created',
  environment: 'production',
  account_id: 42,
  data: { integration_id: 3, integration_name: 'CRM sync' },
};
const numbered = (id: number) => ({ ...event, data: { ...event.data, integration_id: id } });
const eventsOf = async (accountId: number): Promise<Answer['body'][]> =>
  (await platform.server.get(`/v1/accounts/${accountId}/events?limit=200`)).body.events;

beforeAll(async () => {
  endpoint = await Endpoint.start();
  const settings = { webhook_url: endpoint.url(), events: { integration_created: { send_webhook: true } } };
  await platform.server.makeAccount(42, settings);
  await platform.server.makeAccount(43);
});
afterAll(() => endpoint?.stop());

it('answers 207 with one result for each event, in order; one that is refused does not stop the others', async () => {
  const answer = await platform.server.post(path, {
    events: [
      numbered(1),
      { ...event, data: { integration_id: 'x' } },
      { ...event, account_id: 99 },
      { ...event, account_id: 43 },
      null,
      numbered(2),
    ],
  });
  expect(answer.status).toBe(207);
  expect(answer.body).toEqual({
    results: [
      { status: 202, event_id: expect.any(String), deliveries: 2 },
      {
        type: '/problems/validation',
        title: expect.any(String),
        status: 400,
        detail: expect.any(String),
        errors: [
          { pointer: '/data/integration_id', message: expect.any(String) },
          { pointer: '/data/integration_name', message: 'is required' },
        ],
      },
      { type: '/problems/not-found', title: expect.any(String), status: 404, detail: expect.any(String) },
      { status: 202, event_id: expect.any(String), deliveries: 1 },
      expect.objectContaining({ status: 400, errors: [{ pointer: '', message: 'must be an object' }] }),
      { status: 202, event_id: expect.any(String), deliveries: 2 },
    ],
  });
  const stored = (await eventsOf(42)).map(({ event_id }) => event_id);
  expect(stored).toEqual([answer.body.results[5].event_id, answer.body.results[0].event_id]);
  await platform.server.finishedDeliveries(42, 4);
  expect(endpoint.requests.map(({ body }) => JSON.parse(body).integration_id).sort()).toEqual([1, 2]);
});

it('takes 1000 events, each with its own id', async () => {
  const events = Array.from({ length: 1000 }, (_, place) => ({ ...numbered(place + 1), account_id: 43 }));
  const { status, body } = await platform.server.post(path, { events });
  expect(status).toBe(207);
  expect(new Set(body.results.map((result: { event_id: string }) => result.event_id)).size).toBe(1000);
  const oldest: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: Answer['body'] = (await platform.server.get(`/v1/accounts/43/events?limit=200${query}`)).body;
    oldest.unshift(...page.events.map(({ event_id }: { event_id: string }) => event_id).reverse());
    cursor = page.next_cursor;
  }
  expect(oldest.slice(-1000)).toEqual(body.results.map((result: { event_id: string }) => result.event_id));
});

describe('is refused as a whole, and nothing is stored:', () => {
  it.each<[string, unknown, string[]]>([
    ['1001 events', { events: Array(1001).fill(event) }, ['/events']],
    ['no events', { events: [] }, ['/events']],
    ['no list', {}, ['/events']],
    ['a list of another kind', { events: { 0: event } }, ['/events']],
    ['the list alone', [event], ['']],
    ['null', 'null', ['']],
    ['an unknown field', { events: [event], 'dry/run': true }, ['/dry~1run']],
  ])('%s', async (_what, body, pointers) => {
    const before = await eventsOf(42);
    expectProblem(
      await platform.server.post(path, body),
      400,
      'validation',
      pointers.map((pointer) => ({ pointer })),
    );
    expect(await eventsOf(42)).toEqual(before);
  });
});

/** A batch of exactly this many bytes: white space may stand anywhere between the parts of JSON. */
function batchOf(bytes: number): string {
  const json = JSON.stringify({ events: [numbered(7)] });
  return json.slice(0, 1) + ' '.repeat(bytes - json.length) + json.slice(1);
}

it('may be 4 MiB large, to the byte', async () => {
  const limit = 4 * 1024 * 1024;
  expect((await platform.server.post(path, batchOf(limit))).status).toBe(207);
  const before = await eventsOf(42);
  expectProblem(await platform.server.post(path, batchOf(limit + 1)), 413, 'body-too-large');
  expect(await eventsOf(42)).toEqual(before);
});

it('of 3.9 MiB of real events is taken whole', async () => {
  const name = 'ö'.repeat(255);
  const data = {
    run_id: 1,
    run_status: 'failed',
    tenant_id: 1,
    tenant_name: name,
    integration_id: 1,
    integration_name: name,
  };
  const link = `https://admin.example.com/${'x'.repeat(1500)}`;
  const one = {
    ...event,
    event_type: 'run_failed',
    account_id: 43,
    data: { ...data, admin_link: link, api_link: link },
  };
  const events = Array(
    Math.min(1000, Math.floor((3.9 * 1024 * 1024) / Buffer.byteLength(`${JSON.stringify(one)},`))),
  ).fill(one);
  expect(Buffer.byteLength(JSON.stringify({ events }))).toBeGreaterThan(3.85 * 1024 * 1024);
  const { status, body } = await platform.server.post(path, { events });
  expect(status).toBe(207);
  expect(new Set(body.results.map((result: Answer) => result.status))).toEqual(new Set([202]));
  expect(body.results).toHaveLength(events.length);
});

describe('a batch that is nothing but mistakes', () => {
  const post = (body: string) => platform.server.post('/v1/events/batch', body);

  it.each<[string, (names: string) => string]>([
    ['beside its events', (names) => `{${names},"events":[]}`],
    ['in one event', (names) => `{"events":[{${names}}]}`],
  ])('of 350,000 unknown fields %s is refused in few words', async (_where, bodyOf) => {
    const names = Array.from({ length: 350_000 }, (_, number) => `"x${number}":1`).join();
    const { status, body } = await post(bodyOf(names));
    expect([status, body.errors]).toEqual([
      400,
      [{ pointer: '', message: expect.stringContaining('more than 50000') }],
    ]);
  });

  it('is told of each event, of a bounded number of problems, and of how many are left out', async () => {
    const fields = Object.fromEntries(Array.from({ length: 45 }, (_, number) => [`x${number}`, 1]));
    const { status, body } = await post(JSON.stringify({ events: Array(1_000).fill(fields) }));
    expect([status, body.results.length]).toEqual([207, 1_000]);
    const told = body.results.map(({ errors }: { errors: object[] }) => errors.length) as number[];
    expect(Math.min(...told)).toBe(2);
    expect(told.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(1_000 + 2 * 1_000 + 50);
    expect(body.results.at(-1).errors.at(-1)).toEqual({
      pointer: '',
      message: expect.stringMatching(/^has 4\d more problems/),
    });
  });

  it('with names that are long does not repeat them', async () => {
    const { body } = await post(JSON.stringify({ events: [], ['x'.repeat(4_000_000)]: 1 }));
    expect(JSON.stringify(body).length).toBeLessThan(1_000);
  });
});
