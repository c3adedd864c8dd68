import { expectProblem } from '@belfry/kit/expect-problem';
import type { Answer } from '@belfry/kit/rest-client';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
const integration = { integration_id: 3, integration_name: 'CRM sync' };
const tenant = { tenant_id: 7, tenant_name: 'Acme' };
/** The events' ids, in the order of acceptance. */
const accepted: string[] = [];

const list = async (query: string): Promise<Answer['body']> => {
  const { status, body } = await platform.server.get(`/v1/accounts/42/events${query}`);
  expect(status).toBe(200);
  return body;
};
const idsOf = (body: Answer['body']): string[] =>
  body.events.map((event: { event_id: string }) => event.event_id);

beforeAll(async () => {
  for (const id of [42, 43, 44]) await platform.server.makeAccount(id);
  for (let place = 0; place < 7; place += 1) {
    const event_type = place % 2 === 0 ? 'integration_created' : 'tenant_created';
    const data = place % 2 === 0 ? integration : { ...tenant, ...integration };
    const event = { event_type, environment: 'production', account_id: 42, data };
    accepted.push((await platform.server.post('/v1/events', event)).body.event_id);
    await platform.server.post('/v1/events', { ...event, account_id: 43 });
  }
});

it("shows the account's events and no other's, newest first", async () => {
  const body = await list('');
  expect(idsOf(body)).toEqual([...accepted].reverse());
  expect(body.next_cursor).toBeNull();
  expect(body.events[0]).toEqual({
    event_id: accepted[6],
    event_type: 'integration_created',
    environment: 'production',
    account_id: 42,
    accepted_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
  expect(await platform.server.get('/v1/accounts/44/events')).toMatchObject({
    status: 200,
    body: { events: [], next_cursor: null },
  });
});

it.each([1, 2, 3, 6, 7, 8])('shows each once over pages of %d', async (limit) => {
  const found: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const body: Answer['body'] = await list(`?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect(body.events.length).toBeLessThanOrEqual(limit);
    found.push(...idsOf(body));
    cursor = body.next_cursor;
  }
  expect(found).toEqual([...accepted].reverse());
});

it('is narrowed by event type, over pages too', async () => {
  const first = await list('?event_type=tenant_created&limit=2');
  const rest = await list(`?event_type=tenant_created&limit=2&cursor=${first.next_cursor}`);
  expect([...idsOf(first), ...idsOf(rest)]).toEqual([accepted[5], accepted[3], accepted[1]]);
  expect(idsOf(await list('?event_type=run_failed'))).toEqual([]);
});

it('is narrowed by time: from it on, and before it', async () => {
  const all = (await list('')).events as { event_id: string; accepted_at: string }[];
  const time = all[3]!.accepted_at;
  const from = all.filter(({ accepted_at }) => accepted_at >= time).map(({ event_id }) => event_id);
  const to = all.filter(({ accepted_at }) => accepted_at < time).map(({ event_id }) => event_id);
  expect(idsOf(await list(`?from=${time}`))).toEqual(from);
  expect(idsOf(await list(`?to=${time}`))).toEqual(to);
  const offset = encodeURIComponent(
    new Date(Date.parse(time) + 3_600_000).toISOString().replace('Z', '+01:00'),
  );
  expect(idsOf(await list(`?from=${offset}&to=2999-01-01T00:00:00Z`))).toEqual(from);
});

it.each([
  ['event_type=unknown', '/event_type'],
  ['from=yesterday', '/from'],
  ['to=2026-11-24', '/to'],
  ['limit=0', '/limit'],
  ['cursor=x', '/cursor'],
  ['status=failed', '/status'],
])('refuses ?%s and names the parameter', async (query, pointer) => {
  expectProblem(await platform.server.get(`/v1/accounts/42/events?${query}`), 400, 'validation', [
    { pointer },
  ]);
});
