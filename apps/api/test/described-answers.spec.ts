import type { Answer } from '@belfry/kit/rest-client';
import { Endpoint } from '@belfry/kit/endpoint';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describedOperations, fillPath, type DescribedOperation } from './rest-operations.fixture.js';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
const event = {
  event_type: 'tenant_created',
  environment: 'production',
  account_id: 42,
  data: { integration_id: 3, integration_name: 'CRM sync', tenant_id: 7, tenant_name: 'Acme' },
};
const account = { account_name: 'Acme', primary_contact: { email: 'pat@acme.example.com' } };
let endpoint: Endpoint;
let operations: DescribedOperation[];
let ajv: Ajv2020;
let eventId: string;
let webhook: { delivery_id: string };
let mail: { delivery_id: string };

beforeAll(async () => {
  endpoint = await Endpoint.start();
  const events = { tenant_created: { send_webhook: true, email_subscribers: 'ops@acme.example.com' } };
  await platform.server.makeAccount(42, { webhook_url: endpoint.url(), events });
  eventId = (await platform.server.post('/v1/events', event)).body.event_id;
  const deliveries = await platform.server.finishedDeliveries(42, 3);
  webhook = deliveries.find(({ channel }) => channel === 'webhook');
  mail = deliveries.find(({ channel }) => channel === 'email');
  operations = await describedOperations(platform.server);
  ajv = new Ajv2020({ strict: true, strictSchema: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema((await platform.server.get('/openapi.json')).body, 'openapi.json');
});
afterAll(() => endpoint?.stop());

const describedAs = (operation: string) =>
  operations.find(({ method, path }) => `${method} ${path}` === operation)!;

/** Expects a value to be as the schema at `pointer` of the API's description says. */
function expectValid(value: unknown, pointer: string): void {
  const check = ajv.compile({ $ref: `openapi.json${pointer}` });
  expect(check(value) ? null : check.errors).toBeNull();
}

/** Expects an answer to be one that the operation's description knows, of the shape it gives. */
function expectDescribed(operation: string, answer: Answer): void {
  const { answers } = describedAs(operation);
  expect(Object.keys(answers)).toContain(String(answer.status));
  const body = answers[answer.status];
  if (body === undefined) return expect(answer.body).toBe('');
  expect(answer.headers.get('content-type')!.split(';')[0]).toBe(body.type);
  if (body.schema !== undefined) expectValid(answer.body, body.schema);
}

describe('what is sent and answered is as its operation describes it:', () => {
  const own = '/v1/accounts/{account_id}';
  const settings = `${own}/notification-settings`;
  const nulls = {
    webhook_url: null,
    events: { run_failed: null, tenant_created: { email_subscribers: null, send_webhook: null } },
  };
  type Row = readonly [
    operation: string,
    status: number,
    body?: (() => unknown) | undefined,
    path?: () => string,
  ];
  const rows: readonly Row[] = [
    ['GET /v1/accounts', 200],
    [`PUT ${own}`, 200, () => account],
    [`PUT ${own}`, 201, () => account, () => '/v1/accounts/77'],
    [`GET ${own}`, 200],
    [`GET ${settings}`, 200],
    [`PUT ${settings}`, 200, () => ({ webhook_url: endpoint.url() })],
    [
      `PATCH ${settings}`,
      200,
      () => ({ events: { run_failed: { send_webhook: true, email_subscribers: 'a@example.com' } } }),
    ],
    ['POST /v1/events', 202, () => event],
    ['POST /v1/events/batch', 207, () => ({ events: [event, {}] })],
    [`GET ${own}/events`, 200],
    [`GET ${own}/events/{event_id}`, 200, undefined, () => `/v1/accounts/42/events/${eventId}`],
    ['GET /v1/event-types', 200],
    [`GET ${own}/deliveries`, 200],
    [
      `GET ${own}/deliveries/{delivery_id}`,
      200,
      undefined,
      () => `/v1/accounts/42/deliveries/${webhook.delivery_id}`,
    ],
    [
      `GET ${own}/deliveries/{delivery_id}`,
      200,
      undefined,
      () => `/v1/accounts/42/deliveries/${mail.delivery_id}`,
    ],
    [
      `GET ${own}/deliveries/{delivery_id}/mail`,
      200,
      undefined,
      () => `/v1/accounts/42/deliveries/${mail.delivery_id}/mail`,
    ],
    [
      `GET ${own}/deliveries/{delivery_id}/mail.html`,
      200,
      undefined,
      () => `/v1/accounts/42/deliveries/${mail.delivery_id}/mail.html`,
    ],
    [
      `POST ${own}/deliveries/{delivery_id}/redeliver`,
      202,
      undefined,
      () => `/v1/accounts/42/deliveries/${webhook.delivery_id}/redeliver`,
    ],
    [`POST ${own}/deliveries/redeliver`, 202, () => ({ status: 'failed', channel: 'webhook' })],
    [`POST ${own}/webhook-test`, 200, () => ({ event_type: 'run_failed' })],
    [`GET ${own}/delivery-stats`, 200],
    ['POST /v1/api-keys', 201, () => ({ name: 'One', scopes: ['settings:read'] })],
    ['GET /v1/api-keys', 200],
    [`GET ${own}/audit-log`, 200],
    [`POST ${own}/portal-links`, 201, () => ({ to: '/deliveries?status=failed' })],
    [`DELETE ${own}/portal-sessions`, 200],
    [`DELETE ${own}/recipients`, 204, () => ({ email: 'ada@people.example' })],
    [`PATCH ${settings}`, 200, () => nulls],
    ['GET /v1/session', 401],
    ['GET /health/live', 200],
    ['GET /health/ready', 200],
    ['GET /metrics', 200],
  ];

  // Objects: of a row's functions, Jest would take a last one that is missing for its own `done`.
  it.each(rows.map(([operation, status, body, path]) => ({ operation, status, body, path })))(
    '$operation $status',
    async ({ operation, status, body, path }) => {
      const [method, described] = operation.split(' ') as [string, string];
      const sent = body?.();
      const answer = await platform.server.request(method, path?.() ?? fillPath(described, 42), sent);
      expect(answer.status).toBe(status);
      const schema = describedAs(operation).body;
      expect(schema === undefined).toBe(sent === undefined);
      // A batch may hold events that are no events: each has its own answer.
      if (schema !== undefined && status !== 207) expectValid(sent, schema);
      expectDescribed(operation, answer);
    },
  );

  it('and so is a refusal, of every operation', async () => {
    const outside = operations.filter(({ scopes }) => scopes.length > 0);
    for (const { method, path } of outside) {
      const answer = await platform.server.request(
        method,
        fillPath(path, 99),
        method === 'GET' || method === 'DELETE' ? undefined : { unknown: 1 },
      );
      // An account is made by its PUT, and a list of none is a list: their refusals are other ones.
      if (answer.status >= 400) expectDescribed(`${method} ${path}`, answer);
      expectDescribed(
        `${method} ${path}`,
        await platform.server.request(method, fillPath(path, 42), undefined, { authorization: undefined }),
      );
    }
  });
});
