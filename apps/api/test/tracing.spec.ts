import { BelfryProcess } from '@belfry/kit/belfry-process';
import { key } from '@belfry/kit/rest-client';
import { MailServer } from '@belfry/kit/mail-server';
import { Endpoint } from '@belfry/kit/endpoint';
import { waitFor } from '@belfry/kit/waiting';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { Collector, type ReceivedSpan } from './collector.fixture.js';
import { recordModules } from './recorded-modules.fixture.js';
import { platformForThisFile } from './server.fixture.js';

const publisher = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const event = {
  event_type: 'integration_created',
  environment: 'production',
  account_id: 42,
  data: { integration_id: 3, integration_name: 'mark-of-a-name' },
};

describe('a process that is told where to send traces', () => {
  let collector: Collector;
  let endpoint: Endpoint;
  let mailServer: MailServer;
  beforeAll(async () => {
    [collector, endpoint, mailServer] = await Promise.all([
      Collector.start(),
      Endpoint.start(),
      MailServer.start(),
    ]);
  });

  const platform = platformForThisFile(() => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=mark-of-the-collector',
    OTEL_SERVICE_NAME: 'belfry-of-the-test',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    OTEL_BSP_SCHEDULE_DELAY: '20',
    SMTP_URL: mailServer.url.replace('//', '//user:mark-of-smtp@'),
  }));
  // After the platform, which keeps connections to them.
  afterAll(() => Promise.all([collector?.stop(), endpoint?.stop(), mailServer?.stop()]));

  const span = async (matches: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> => {
    let found: ReceivedSpan | undefined;
    await waitFor(() => (found = collector.spans.find(matches)) !== undefined);
    return found!;
  };
  const named = (name: string, eventId: string) =>
    span(({ name: given, attributes }) => given === name && attributes['belfry.event.id'] === eventId);
  let eventId: string;

  beforeAll(async () => {
    const { server } = platform;
    await server.makeAccount(42, {
      webhook_url: endpoint.url('/in?token=mark-of-the-query'),
      events: { integration_created: { send_webhook: true } },
    });
    const answer = await server.post('/v1/events', event, {
      traceparent: `00-${publisher.traceId}-${publisher.spanId}-01`,
      cookie: 'belfry_session_42=mark-of-a-cookie',
    });
    expect(answer).toMatchObject({ status: 202, body: { deliveries: 2 } });
    eventId = answer.body.event_id;
    await server.finishedDeliveries(42, 2);
  });

  it("continues the publisher's trace, from the request to the webhook and the mail", async () => {
    const publish = await named('publish event', eventId);
    const request = await span(({ spanId }) => spanId === publish.parentSpanId);
    expect(request).toMatchObject({
      name: 'POST /v1/events',
      kind: 2,
      traceId: publisher.traceId,
      parentSpanId: publisher.spanId,
      isError: false,
      attributes: { 'http.route': '/v1/events', 'http.response.status_code': 202 },
      resource: {
        'service.name': 'belfry-of-the-test',
        'deployment.environment.name': 'test',
        'belfry.role': 'all',
      },
    });
    const child = { traceId: publisher.traceId, parentSpanId: publish.spanId, kind: 3, isError: false };
    expect(await named('send webhook', eventId)).toMatchObject({
      ...child,
      attributes: {
        'server.address': '127.0.0.1',
        'http.response.status_code': 200,
        'belfry.delivery.attempt': 1,
        'belfry.outcome': 'succeeded',
      },
    });
    expect(await named('send mail', eventId)).toMatchObject({
      ...child,
      attributes: { 'belfry.recipient.domain': 'acme.example.com', 'belfry.smtp.reply_code': 250 },
    });
  });

  it('links a publish to the commit of its batch, which is a trace of its own, and shows what is recorded', async () => {
    const publish = await named('publish event', eventId);
    expect(publish.links).toHaveLength(1);
    const commit = await span(({ spanId }) => spanId === publish.links[0]!.spanId);
    expect(commit).toMatchObject({
      name: 'store events',
      attributes: { 'db.system.name': 'postgresql', 'belfry.events': 1, 'belfry.deliveries': 2 },
    });
    expect(commit.traceId).not.toBe(publisher.traceId);
    await span(({ name }) => name === 'record outcomes');
  });

  it('gives a redelivery and a test delivery traces of their own, and says why one failed', async () => {
    const { server } = platform;
    endpoint.behaviour = (_request, socket) =>
      socket.write('HTTP/1.1 503 Out of order\r\nContent-Length: 0\r\n\r\n');
    const [{ delivery_id: first }] = (await server.finishedDeliveries(42, 2)).filter(
      ({ channel }) => channel === 'webhook',
    );
    const { body } = await server.post(`/v1/accounts/42/deliveries/${first}/redeliver`, undefined);
    const again = await span(({ attributes }) => attributes['belfry.delivery.id'] === body.delivery_id);
    expect(again).toMatchObject({
      name: 'send webhook',
      isError: true,
      attributes: { 'belfry.reason': 'http_status', 'http.response.status_code': 503 },
    });
    expect(again.traceId).not.toBe(publisher.traceId);

    const test = await server.post('/v1/accounts/42/webhook-test', { event_type: 'run_failed' });
    const sent = await span(({ attributes }) => attributes['belfry.delivery.id'] === test.body.delivery_id);
    const asked = await span(({ spanId }) => spanId === sent.parentSpanId);
    expect(asked.name).toBe('POST /v1/accounts/:accountId/webhook-test');
  });

  it('follows the traceparent of a key of the platform alone, and makes no span for a stranger', async () => {
    const { server } = platform;
    const traceparent = '00-5bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const bound = await server.makeKey(['events:publish', 'settings:read'], 42);
    const stranger = { authorization: 'Bearer belfry_0' };
    expect((await server.post('/v1/events', event, { ...stranger, traceparent })).status).toBe(401);
    expect((await server.post('/nowhere', event, { traceparent })).status).toBe(404);
    const { body } = await server.post('/v1/events', event, { ...bound, traceparent });
    await server.get('/openapi.json', { authorization: undefined, traceparent });
    expect((await named('publish event', body.event_id)).traceId).not.toContain('5bf92f35');
    // Spans are sent in the order of their ends.
    await span(({ name }) => name === 'GET /openapi.json');
    expect(collector.text).not.toContain('5bf92f35');
    expect(
      collector.spans.filter(({ attributes }) =>
        [401, 404].includes(Number(attributes['http.response.status_code'])),
      ),
    ).toEqual([]);
  });

  it('adds nothing to the webhook', () => {
    const names = endpoint.requests[0]!.head.split('\r\n').slice(1);
    expect(names.map((line) => line.split(':')[0]!.toLowerCase()).sort()).toEqual(
      ['accept', 'content-length', 'content-type', 'host', 'user-agent', 'webhook-id'].sort(),
    );
  });

  it('lets no secret, address or name into a span, and the key of the collector into a header alone', async () => {
    const { server } = platform;
    await server.post('/v1/events', event, { authorization: 'Bearer mark-of-a-key' });
    const link = await server.request('POST', '/v1/accounts/42/portal-links');
    const secret = new URL(link.body.url).pathname.split('/').at(-1)!;
    await fetch(link.body.url, { redirect: 'manual' });
    await server.get('/v1/accounts?key=mark-of-a-query');
    await span(({ name }) => name === 'GET /portal/:secret');

    const marked = [key, secret, 'mark-of', 'token=', 'pat@', endpoint.url('/in').slice(7)];
    for (const mark of marked) expect(collector.text).not.toContain(mark);
    for (const { path, headers } of collector.exports) {
      expect([path, headers['x-collector-key']]).toEqual(['/v1/traces', 'mark-of-the-collector']);
    }
    expect(server.output).not.toContain('mark-of');
  });
});

describe('loading OpenTelemetry', () => {
  const run = async (
    environment: Record<string, string>,
  ): Promise<{ server: BelfryProcess; end: () => Promise<{ code: number | null; modules: string }> }> => {
    const recorded = recordModules();
    const database = await createEmptyDatabase();
    const server = await BelfryProcess.start({
      DATABASE_URL: database.url,
      BOOTSTRAP_API_KEY: key,
      ...recorded.environment,
      ...environment,
    });
    const end = async () => {
      const code = await server.end();
      await server.remove();
      await database.drop();
      return { code, modules: recorded.read() };
    };
    return { server, end };
  };
  const sdk = /^loaded: .*@opentelemetry\/(sdk|exporter|otlp)/m;

  it('is done without where no endpoint is set', async () => {
    const { server, end } = await run({});
    await server.makeAccount(42);
    expect((await server.post('/v1/events', event)).status).toBe(202);
    const { code, modules } = await end();
    expect(code).toBe(0);
    expect(modules).toMatch(/^loaded: .*prom-client/m);
    expect(modules).not.toMatch(sdk);
  });

  it('sends protobuf by default, and a collector that went away holds nothing up', async () => {
    const collector = await Collector.start();
    const { server, end } = await run({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '20',
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    });
    await server.makeAccount(42);
    await waitFor(() => collector.exports.length > 0);
    expect(collector.exports[0]!.headers['content-type']).toBe('application/x-protobuf');
    expect(collector.text).toContain('PUT /v1/accounts/:accountId');

    await collector.stop();
    expect((await server.post('/v1/events', event)).status).toBe(202);
    await server.finishedDeliveries(42, 1);
    const { code, modules } = await end();
    expect(code).toBe(0);
    expect(modules).toMatch(sdk);
    expect(server.output).toContain('traces could not be sent');
  });
});
