import type { Answer } from '@belfry/kit/rest-client';
import { expectProblem } from '@belfry/kit/expect-problem';
import { Endpoint } from '@belfry/kit/endpoint';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
let endpoint: Endpoint;

const data = {
  run_id: 901,
  run_status: 'failed',
  tenant_id: 7,
  tenant_name: 'Acme',
  integration_id: 3,
  integration_name: 'CRM sync',
};
const event = { event_type: 'run_failed', environment: 'production', account_id: 42, data };
const publish = (body: unknown) => platform.server.post('/v1/events', body);
const eventsOf = async (accountId: number): Promise<Answer['body'][]> =>
  (await platform.server.get(`/v1/accounts/${accountId}/events?limit=200`)).body.events;
const payloadOf = async (answer: Answer, accountId = 42) =>
  (await platform.server.get(`/v1/accounts/${accountId}/events/${answer.body.event_id}`)).body.payload;

beforeAll(async () => {
  endpoint = await Endpoint.start();
  const subscribers = 'ops@acme.example.com, oncall@acme.example.com';
  await platform.server.makeAccount(42, {
    webhook_url: endpoint.url(),
    events: { run_failed: { send_webhook: true, email_subscribers: subscribers } },
  });
  for (const id of [43, 44, 45]) await platform.server.makeAccount(id);
});
afterAll(() => endpoint?.stop());

it('an event is answered 202 with its id and the number of its deliveries, and both are stored by then', async () => {
  const answer = await publish({ ...event, account_id: 42 });
  expect(answer.status).toBe(202);
  expect(answer.body).toEqual({
    event_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    deliveries: 4,
  });
  const stored = (await platform.server.get(`/v1/accounts/42/events/${answer.body.event_id}`)).body;
  expect(
    stored.deliveries.map((delivery: Answer['body']) => [delivery.channel, delivery.destination]).sort(),
  ).toEqual([
    ['email', 'oncall@acme.example.com'],
    ['email', 'ops@acme.example.com'],
    ['email', 'pat@acme.example.com'],
    ['webhook', `http://127.0.0.1:${endpoint.port}/in?token=***`],
  ]);
});

it("another account's event, and one that never was, are answered alike", async () => {
  const { body } = await publish(event);
  expect((await platform.server.get(`/v1/accounts/42/events/${body.event_id}`)).status).toBe(200);
  const paths = [
    `43/events/${body.event_id}`,
    '42/events/0193a1b2-0000-7000-8000-000000000001',
    '42/events/abc',
    `99/events/${body.event_id}`,
  ];
  for (const path of paths)
    expectProblem(await platform.server.get(`/v1/accounts/${path}`), 404, 'not-found');
});

describe('a timestamp', () => {
  it.each([
    ['2026-11-24T12:00:00Z', '2026-11-24T12:00:00.000Z'],
    ['2026-11-24T13:00:00.5+01:00', '2026-11-24T12:00:00.500Z'],
    ['2026-11-24T23:30:00.123999-05:30', '2026-11-25T05:00:00.123Z'],
    ['2026-12-31t23:59:60z', '2027-01-01T00:00:00.000Z'],
  ])('%s is written %s', async (timestamp, utc) => {
    expect((await payloadOf(await publish({ ...event, timestamp }))).timestamp).toBe(utc);
  });

  it('left out is the time of acceptance', async () => {
    const answer = await publish(event);
    const stored = (await platform.server.get(`/v1/accounts/42/events/${answer.body.event_id}`)).body;
    expect(stored.payload.timestamp).toBe(stored.accepted_at);
  });
});

describe('the links of a run', () => {
  it('are built where they are left out', async () => {
    expect(await payloadOf(await publish(event))).toMatchObject({
      admin_link: 'https://admin.example.com/runs/901',
      api_link: 'https://api.example.com/runs/901',
      api_status_link: 'https://api.example.com/runs/901/status',
      api_triggers_link: 'https://api.example.com/runs/901/triggers',
    });
  });

  it('stand as given, each for itself', async () => {
    const given = {
      api_link: 'https://elsewhere.example.com/r?id=901&x=ü',
      api_triggers_link: 'http://t.example.com',
    };
    expect(await payloadOf(await publish({ ...event, data: { ...data, ...given } }))).toMatchObject({
      admin_link: 'https://admin.example.com/runs/901',
      api_status_link: 'https://api.example.com/runs/901/status',
      ...given,
    });
  });
});

it('the payload carries names trimmed, and the name that the account has at the time', async () => {
  const before = await publish({ ...event, account_id: 43, data: { ...data, tenant_name: '  Acmé ' } });
  const contact = { email: 'pat@acme.example.com' };
  await platform.server.put('/v1/accounts/43', { account_name: 'Acme Renamed', primary_contact: contact });
  const after = await publish({ ...event, account_id: 43 });
  expect(await payloadOf(before, 43)).toMatchObject({ account_name: 'Acme Inc', tenant_name: 'Acmé' });
  expect(await payloadOf(after, 43)).toMatchObject({ account_name: 'Acme Renamed' });
});

describe('is refused, every fault named, and nothing is stored:', () => {
  const without = (name: string) => Object.fromEntries(Object.entries(data).filter(([key]) => key !== name));
  it.each<[string, unknown, string[]]>([
    ['nothing', {}, ['/event_type', '/environment', '/account_id', '/data']],
    ['an array', [], ['']],
    ['null', 'null', ['']],
    ['an unknown event type', { ...event, event_type: 'new_integration_created' }, ['/event_type']],
    ['an event type by the name of a prototype', { ...event, event_type: 'constructor' }, ['/event_type']],
    ['an event type of another kind', { ...event, event_type: 7 }, ['/event_type']],
    ['an unknown field', { ...event, severity: 'high' }, ['/severity']],
    ['an account name', { ...event, account_name: 'Acme' }, ['/account_name']],
    ['an unknown field of data', { ...event, data: { ...data, 'a/b': 1 } }, ['/data/a~1b']],
    ['a field of another event type', { ...event, data: { ...data, partner_id: 5 } }, ['/data/partner_id']],
    [
      'a field by the name of a prototype',
      JSON.stringify(event).replace('{', '{"__proto__":{},'),
      ['/__proto__'],
    ],
    [
      'such a field of data',
      JSON.stringify(event).replace('"data":{', '"data":{"__proto__":1,'),
      ['/data/__proto__'],
    ],
    ['data of null', { ...event, data: null }, ['/data']],
    ...['run_id', 'run_status', 'tenant_id', 'tenant_name', 'integration_id', 'integration_name'].map(
      (name): [string, unknown, string[]] => [
        `no ${name}`,
        { ...event, data: without(name) },
        [`/data/${name}`],
      ],
    ),
    ...[0, -1, 1.5, 2 ** 53, '901', null, true, [901]].map((id): [string, unknown, string[]] => [
      `the run id ${JSON.stringify(id)}`,
      { ...event, data: { ...data, run_id: id } },
      ['/data/run_id'],
    ]),
    ['a run id that rounds', JSON.stringify(event).replace('901', '9007199254740993'), ['/data/run_id']],
    ['a blank name', { ...event, data: { ...data, tenant_name: '  ' } }, ['/data/tenant_name']],
    [
      'a name of 256 characters',
      { ...event, data: { ...data, tenant_name: 'x'.repeat(256) } },
      ['/data/tenant_name'],
    ],
    [
      'a name with a line break',
      { ...event, data: { ...data, integration_name: 'a\r\nBcc: b' } },
      ['/data/integration_name'],
    ],
    ['an environment with a space', { ...event, environment: 'prod eu' }, ['/environment']],
    ['an environment of 65 characters', { ...event, environment: 'x'.repeat(65) }, ['/environment']],
    ['an account id of text', { ...event, account_id: '42' }, ['/account_id']],
    ...[
      '2026-11-24',
      '2026-11-24T12:00:00',
      '2026-02-30T12:00:00Z',
      '2026-11-24 12:00:00Z',
      'now',
      0,
      null,
    ].map((timestamp): [string, unknown, string[]] => [
      `the timestamp ${JSON.stringify(timestamp)}`,
      { ...event, timestamp },
      ['/timestamp'],
    ]),
    ...['javascript:alert(1)', 'runs/901', '', null, 7, `https://a.example.com/${'x'.repeat(2048)}`].map(
      (link): [string, unknown, string[]] => [
        `the link ${JSON.stringify(link)?.slice(0, 40)}`,
        { ...event, data: { ...data, admin_link: link } },
        ['/data/admin_link'],
      ],
    ),
    [
      'several faults',
      { ...event, environment: '', data: { ...data, run_id: 0, x: 1 } },
      ['/environment', '/data/run_id', '/data/x'],
    ],
  ])('%s', async (_what, body, pointers) => {
    const before = await eventsOf(42);
    expectProblem(
      await publish(body),
      400,
      'validation',
      pointers.map((pointer) => ({ pointer })),
    );
    expect(await eventsOf(42)).toEqual(before);
  });

  it('an event of an account that is not there', async () => {
    expectProblem(await publish({ ...event, account_id: 99 }), 404, 'not-found');
    expectProblem(await platform.server.get('/v1/accounts/99/events'), 404, 'not-found');
    await platform.server.makeAccount(99);
    expect(await eventsOf(99)).toEqual([]);
  });
});
