import { BelfryProcess } from '@belfry/kit/belfry-process';
import { key } from '@belfry/kit/rest-client';
import { MailServer } from '@belfry/kit/mail-server';
import { Endpoint } from '@belfry/kit/endpoint';
import { waitFor } from '@belfry/kit/waiting';
import { createEmptyDatabase } from '@belfry/kit/databases';

/** The table of behaviour: the fields of each payload after the common ones, in order, with the values published. */
const integration = { integration_id: 3, integration_name: 'CRM sync' };
const tenant = { tenant_id: 7, tenant_name: 'Acmé “Süd”' };
const links = {
  admin_link: 'https://admin.platform.example.com/runs/901',
  api_link: 'https://api.platform.example.com/runs/901',
  api_status_link: 'https://api.platform.example.com/runs/901/status',
  api_triggers_link: 'https://api.platform.example.com/runs/901/triggers',
};
const published: Record<string, object> = {
  integration_created: integration,
  tenant_created: { ...integration, ...tenant },
  tenant_archived: { ...tenant, ...integration },
  partner_integration_updated: { partner_name: 'Globex', partner_id: 5, ...integration },
  run_failed: { run_id: 901, run_status: 'failed', ...tenant, ...integration },
};
const sent: Record<string, object> = {
  integration_created: integration,
  tenant_created: { ...tenant, ...integration },
  tenant_archived: { ...tenant, ...integration },
  partner_integration_updated: { ...integration, partner_id: 5, partner_name: 'Globex' },
  run_failed: { run_id: 901, run_status: 'failed', ...links, ...tenant, ...integration },
};
const subjects: Record<string, string> = {
  integration_created: '[Acme Inc · production] Integration created: CRM sync',
  tenant_created: '[Acme Inc · production] Tenant created: Acmé “Süd” for CRM sync',
  tenant_archived: '[Acme Inc · production] Tenant archived: Acmé “Süd” of CRM sync',
  partner_integration_updated: '[Acme Inc · production] Integration updated by Globex: CRM sync',
  run_failed: '[Acme Inc · production] Run 901 failed: CRM sync for Acmé “Süd”',
};

let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let mailServer: MailServer;
let endpoint: Endpoint;
let server: BelfryProcess;

beforeAll(async () => {
  [database, mailServer, endpoint] = await Promise.all([
    createEmptyDatabase(),
    MailServer.start(),
    Endpoint.start(),
  ]);
  server = await BelfryProcess.start({
    DATABASE_URL: database.url,
    SMTP_URL: mailServer.url,
    MAIL_FROM: 'Belfry <belfry@platform.example.com>',
    BOOTSTRAP_API_KEY: key,
    PLATFORM_ADMIN_URL: 'https://admin.platform.example.com/',
    PLATFORM_API_URL: 'https://api.platform.example.com',
  });
  const everything = { send_webhook: true, email_subscribers: 'ops@acme.example.com, PAT@acme.example.com' };
  await server.makeAccount(42, {
    webhook_url: endpoint.url(),
    events: Object.fromEntries(Object.keys(published).map((type) => [type, everything])),
  });
});
afterAll(async () => {
  // Each may be missing where setting up failed; none may keep the test run from ending.
  await server?.remove();
  await Promise.all([endpoint?.stop(), mailServer?.stop()]);
  await database?.drop();
});

describe.each(Object.keys(published))('a published %s', (eventType) => {
  let eventId: string;

  beforeAll(async () => {
    endpoint.requests.length = 0;
    mailServer.mails.length = 0;
    const answer = await server.post('/v1/events', {
      event_type: eventType,
      environment: 'production',
      account_id: 42,
      timestamp: '2026-11-24T13:00:00.5+01:00',
      data: published[eventType],
    });
    expect(answer).toMatchObject({ status: 202, body: { deliveries: 3 } });
    eventId = answer.body.event_id;
    await waitFor(() => endpoint.requests.length === 1 && mailServer.mails.length === 2);
  });

  it('reaches the endpoint as one POST with the headers of the contract and no others', () => {
    const [line, ...headers] = endpoint.requests[0]!.head.split('\r\n');
    expect(line).toBe('POST /in?token=s3cret HTTP/1.1');
    const byName = Object.fromEntries(
      headers.map((header) => header.split(': ')).map(([name, value]) => [name!.toLowerCase(), value]),
    );
    expect(byName).toEqual({
      host: `127.0.0.1:${endpoint.port}`,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(endpoint.requests[0]!.body)),
      accept: '*/*',
      'user-agent': expect.stringMatching(/^Belfry\/\d+\.\d+\.\d+$/),
      'webhook-id': eventId,
    });
  });

  it('carries the payload of the contract, byte for byte', () => {
    expect(endpoint.requests[0]!.body).toBe(
      JSON.stringify({
        event_type: eventType,
        environment: 'production',
        account_id: 42,
        account_name: 'Acme Inc',
        timestamp: '2026-11-24T12:00:00.500Z',
        ...sent[eventType],
      }),
    );
  });

  it('is mailed to the primary contact and to the subscriber, each alone', () => {
    expect(mailServer.mails.map(({ recipients }) => recipients).sort()).toEqual([
      ['ops@acme.example.com'],
      ['pat@acme.example.com'],
    ]);
    for (const { mail, recipients } of mailServer.mails) {
      expect(mail.subject).toBe(subjects[eventType]);
      expect([mail.to].flat().map((to) => to!.text)).toEqual(recipients);
      for (const value of Object.values(sent[eventType]!)) expect(mail.text).toContain(String(value));
    }
  });

  it('is told of in the log of deliveries, with what was sent and what came back', async () => {
    const event = await server.get(`/v1/accounts/42/events/${eventId}`);
    expect(event.body.payload).toEqual(JSON.parse(endpoint.requests[0]!.body));
    await waitFor(async () =>
      (await server.get(`/v1/accounts/42/events/${eventId}`)).body.deliveries.every(
        ({ status }: { status: string }) => status === 'succeeded',
      ),
    );
    const { deliveries } = (
      await server.get(`/v1/accounts/42/deliveries?event_id=${eventId}&channel=webhook`)
    ).body;
    expect(deliveries).toEqual([
      {
        delivery_id: expect.any(String),
        event_id: eventId,
        event_type: eventType,
        environment: 'production',
        channel: 'webhook',
        destination: `http://127.0.0.1:${endpoint.port}/in?token=***`,
        status: 'succeeded',
        reason: null,
        redelivery_of: null,
        test: false,
        created_at: expect.any(String),
        finished_at: expect.any(String),
      },
    ]);
    const { body } = await server.get(`/v1/accounts/42/deliveries/${deliveries[0].delivery_id}`);
    expect(body.attempts).toEqual([
      {
        attempt_id: expect.any(String),
        detail: null,
        started_at: expect.any(String),
        duration_ms: expect.any(Number),
        outcome: 'succeeded',
        reason: null,
        request: {
          headers: expect.objectContaining({ 'Webhook-Id': eventId }),
          body: endpoint.requests[0]!.body,
        },
        response: { status: 200, headers: { 'content-length': '2' }, body: 'ok' },
      },
    ]);
  });
});

it('sends no webhook for an event type whose toggle is off, and still mails the primary contact', async () => {
  endpoint.requests.length = 0;
  await server.makeAccount(43, { webhook_url: endpoint.url('/other') });
  const answer = await server.post('/v1/events', {
    event_type: 'run_failed',
    environment: 'staging',
    account_id: 43,
    data: published['run_failed'],
  });
  expect(answer.body.deliveries).toBe(1);
  const deliveries = await server.finishedDeliveries(43, 1);
  expect(deliveries.map(({ channel, destination, status }) => [channel, destination, status])).toEqual([
    ['email', 'pat@acme.example.com', 'succeeded'],
  ]);
  expect(endpoint.requests).toHaveLength(0);
});
