import type { Answer, RestClient } from '@belfry/kit/rest-client';
import { expectProblem } from '@belfry/kit/expect-problem';
import { Endpoint, type Behaviour } from '@belfry/kit/endpoint';
import { createServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { platformForThisFile } from './server.fixture.js';

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await Endpoint.start();
});
// Long enough that a machine with other work answers in time; two tests wait for all of it.
const platform = platformForThisFile(() => ({ WEBHOOK_TIMEOUT_MS: '4000' }));
afterAll(() => endpoint?.stop());
beforeEach(() => {
  endpoint.requests.length = 0;
});

const data = { integration_id: 3, integration_name: 'CRM sync' };
let lastAccountId = 100;

/** Publishes to a new account whose webhooks go to this URL; answers the account's id and the finished webhook's detail. */
async function deliverTo(url: string): Promise<{ accountId: number; delivery: Answer['body'] }> {
  const accountId = (lastAccountId += 1);
  await platform.server.makeAccount(accountId, {
    webhook_url: url,
    events: { integration_created: { send_webhook: true } },
  });
  return { accountId, delivery: await publishAndWait(platform.server, accountId) };
}

async function publishAndWait(server: RestClient, accountId: number): Promise<Answer['body']> {
  const event = { event_type: 'integration_created', environment: 'production', account_id: accountId, data };
  expect((await server.post('/v1/events', event)).status).toBe(202);
  const deliveries = await server.finishedDeliveries(accountId, 2);
  const { delivery_id } = deliveries.find(({ channel }) => channel === 'webhook')!;
  return (await server.get(`/v1/accounts/${accountId}/deliveries/${delivery_id}`)).body;
}

const answering =
  (head: string, body = ''): Behaviour =>
  (_request, socket) => {
    socket.end(
      `HTTP/1.1 ${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  };

/** What a delivery's detail shows of one attempt with this outcome. */
const oneAttempt = (outcome: string, reason: string | null, response: unknown) => ({
  status: outcome,
  reason,
  finished_at: expect.any(String),
  attempts: [
    {
      attempt_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      started_at: expect.stringMatching(/Z$/),
      duration_ms: expect.any(Number),
      outcome,
      reason,
      request: {
        headers: expect.objectContaining({ 'Content-Type': 'application/json' }),
        body: expect.stringContaining('CRM sync'),
      },
      response,
    },
  ],
});

describe('a webhook is sent once, and its detail tells what came of it:', () => {
  it.each([200, 201, 204, 299])('%d is received', async (status) => {
    endpoint.behaviour = answering(`${status} Fine`);
    const { delivery } = await deliverTo(endpoint.url());
    expect(delivery).toMatchObject(
      oneAttempt('succeeded', null, { status, headers: expect.any(Object), body: '' }),
    );
    expect(endpoint.requests).toHaveLength(1);
    expect(delivery.attempts[0].request.body).toBe(endpoint.requests[0]!.body);
  });

  it.each([
    '400 Bad Request',
    '401 Unauthorized',
    '404 Not Found',
    '429 Too Many Requests',
    '500 Oops',
    '503 Later',
  ])('%s is a failure, with the answer', async (head) => {
    endpoint.behaviour = answering(`${head}\r\nX-Why: because`, 'it did not work: ü');
    const { delivery } = await deliverTo(endpoint.url());
    const headers = expect.objectContaining({ 'x-why': 'because' });
    const response = { status: Number.parseInt(head, 10), headers, body: 'it did not work: ü' };
    expect(delivery).toMatchObject(oneAttempt('failed', 'http_status', response));
    expect(endpoint.requests).toHaveLength(1);
  });

  it.each([301, 302, 303, 307, 308])('%d is a failure, and where it leads is not asked', async (status) => {
    const target = await Endpoint.start();
    endpoint.behaviour = answering(`${status} Elsewhere\r\nLocation: ${target.url()}`);
    const { delivery } = await deliverTo(endpoint.url());
    expect(delivery).toMatchObject(oneAttempt('failed', 'http_status', expect.objectContaining({ status })));
    expect(endpoint.requests).toHaveLength(1);
    await target.stop();
    expect(target.requests).toHaveLength(0);
  });

  it('a connection that is refused', async () => {
    const gone = await Endpoint.start();
    const url = gone.url();
    await gone.stop();
    const { delivery } = await deliverTo(url);
    expect(delivery).toMatchObject(oneAttempt('failed', 'connection', null));
  });

  it('a connection that ends without an answer', async () => {
    endpoint.behaviour = (_request, socket) => socket.destroy();
    const { delivery } = await deliverTo(endpoint.url());
    expect(delivery).toMatchObject(oneAttempt('failed', 'connection', null));
    expect(endpoint.requests).toHaveLength(1);
  });

  it.each<[string, unknown, Behaviour]>([
    ['no answer', null, () => undefined],
    [
      'an answer that trickles',
      { status: 200, headers: expect.any(Object), body: expect.stringMatching(/^\.+$/) },
      (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
        const timer = setInterval(() => socket.write('.'), 50);
        socket.on('close', () => clearInterval(timer));
      },
    ],
  ])('a time-out, by %s', async (_how, response, behaviour) => {
    endpoint.behaviour = behaviour;
    const { delivery } = await deliverTo(endpoint.url());
    expect(delivery).toMatchObject(oneAttempt('failed', 'timeout', response));
    expect(endpoint.requests).toHaveLength(1);
  });

  it('a host name that does not exist', async () => {
    // A label longer than the 63 octets of RFC 1035 can't exist: no name server has to be asked.
    const { delivery } = await deliverTo(`http://${'x'.repeat(64)}.example.com/in`);
    expect(delivery).toMatchObject(oneAttempt('failed', 'dns', null));
  });

  it('an answer of 10 MB is received; its first 16 KiB are kept', async () => {
    endpoint.behaviour = answering('200 OK', 'x'.repeat(10_000_000));
    const { delivery } = await deliverTo(endpoint.url());
    const response = { status: 200, headers: expect.any(Object), body: 'x'.repeat(16_384) };
    expect(delivery).toMatchObject(oneAttempt('succeeded', null, response));
    expect(endpoint.requests).toHaveLength(1);
  });

  it('a certificate that nobody vouches for', async () => {
    const { private: privateKey, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec',
    });
    let requests = 0;
    const server: HttpsServer = createServer({ key: privateKey, cert }, (_request, response) => {
      requests += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { delivery } = await deliverTo(`https://127.0.0.1:${(server.address() as AddressInfo).port}/in`);
    await new Promise((resolve) => server.close(resolve));
    expect(delivery).toMatchObject(oneAttempt('failed', 'tls', null));
    expect(requests).toBe(0);
  });
});

it("another account's delivery, and one that never was, are answered alike", async () => {
  endpoint.behaviour = answering('200 OK');
  const { accountId, delivery } = await deliverTo(endpoint.url());
  const paths = [
    `${accountId - 1}/deliveries/${delivery.delivery_id}`,
    `${accountId}/deliveries/0193a1b2-0000-7000-8000-000000000001`,
    `${accountId}/deliveries/x`,
  ];
  for (const path of paths)
    expectProblem(await platform.server.get(`/v1/accounts/${path}`), 404, 'not-found');
});
