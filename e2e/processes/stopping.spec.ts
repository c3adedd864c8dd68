import { BelfryProcess } from '@belfry/kit/belfry-process';
import { key } from '@belfry/kit/rest-client';
import { MailServer } from '@belfry/kit/mail-server';
import { Endpoint } from '@belfry/kit/endpoint';
import { waitFor } from '@belfry/kit/waiting';
import { createEmptyDatabase } from '@belfry/kit/databases';
import type { Socket } from 'node:net';

let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let endpoint: Endpoint;
let server: BelfryProcess;
/** Answers the webhook that the endpoint keeps waiting. */
let answerWebhook: () => void;

beforeEach(async () => {
  database = await createEmptyDatabase();
  let waiting: Socket | undefined;
  endpoint = await Endpoint.start((_request, socket) => (waiting = socket));
  answerWebhook = () => void waiting!.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
});
afterEach(async () => {
  await server?.remove();
  await endpoint?.stop();
  await database?.drop();
});

async function start(environment: Record<string, string> = {}): Promise<void> {
  server = await BelfryProcess.start({ DATABASE_URL: database.url, BOOTSTRAP_API_KEY: key, ...environment });
  await server.makeAccount(42, {
    webhook_url: endpoint.url(),
    events: { integration_created: { send_webhook: true } },
  });
}

const event = {
  event_type: 'integration_created',
  environment: 'production',
  account_id: 42,
  data: { integration_id: 3, integration_name: 'CRM sync' },
};
const statusOf = async (path: string) => (await server.get(path, { authorization: undefined })).status;

it('a process that finishes what is in flight is not ready, lives, takes events and stores them as queued', async () => {
  await start();
  await server.post('/v1/events', event);
  await waitFor(() => endpoint.requests.length === 1);
  const ended = server.end();
  await waitFor(async () => (await statusOf('/health/ready')) === 503);
  expect((await server.get('/health/ready')).body).toMatchObject({
    status: 'unavailable',
    process: 'stopping',
  });
  expect(await statusOf('/health/live')).toBe(200);
  const late = await server.post('/v1/events', event);
  expect(late.status).toBe(202);
  const list = await server.get(`/v1/accounts/42/deliveries?event_id=${late.body.event_id}&channel=webhook`);
  expect(list.body.deliveries).toMatchObject([{ status: 'queued' }]);
  answerWebhook();
  expect(await ended).toBe(0);
});

it('with STOP_DELAY_MS it goes on as before, only not ready, so that no traffic is led to it any more', async () => {
  await start({ ROLE: 'api', STOP_DELAY_MS: '700' });
  const ended = server.end();
  await waitFor(async () => (await statusOf('/health/ready')) === 503);
  expect((await server.post('/v1/events', event)).status).toBe(202);
  expect(await ended).toBe(0);
});

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'on %s what is in flight is finished and recorded before it exits with 0',
  async (signal) => {
    await start();
    await server.post('/v1/events', event);
    await waitFor(() => endpoint.requests.length === 1);
    const ended = server.end(signal);
    await waitFor(async () => (await statusOf('/health/ready')) === 503);
    answerWebhook();
    expect(await ended).toBe(0);
    await server.remove();
    server = await BelfryProcess.start({ DATABASE_URL: database.url, BOOTSTRAP_API_KEY: key, ROLE: 'api' });
    const { body } = await server.get('/v1/accounts/42/deliveries?channel=webhook');
    expect(body.deliveries).toMatchObject([{ status: 'succeeded' }]);
  },
);

it('mails that wait for the mail server are answered and recorded, those without a connection go out with the next process, and each once', async () => {
  const mailServer = await MailServer.start();
  try {
    mailServer.unanswered = [];
    await start({ SMTP_URL: mailServer.url });
    await server.makeAccount(43, {
      events: {
        integration_created: {
          email_subscribers: Array.from({ length: 9 }, (_, n) => `ops-${n}@example.com`),
        },
      },
    });
    await server.post('/v1/events', { ...event, account_id: 43 });
    // Five to the subscribers' domain, and the one to the primary contact's; four wait for a connection.
    await waitFor(() => mailServer.unanswered!.length === 6);
    const ended = server.end();
    await waitFor(async () => (await statusOf('/health/ready')) === 503);
    for (const answer of mailServer.unanswered.splice(0)) answer();
    expect(await ended).toBe(0);
    await server.remove();

    mailServer.unanswered = null;
    server = await BelfryProcess.start({
      DATABASE_URL: database.url,
      BOOTSTRAP_API_KEY: key,
      SMTP_URL: mailServer.url,
    });
    await server.finishedDeliveries(43, 10);
    const { body } = await server.get('/v1/accounts/43/deliveries?channel=email&status=succeeded');
    expect(body.deliveries).toHaveLength(10);
    const recipients = mailServer.mails.flatMap((mail) => mail.recipients);
    expect(recipients).toHaveLength(10);
    expect(new Set(recipients).size).toBe(10);
  } finally {
    await mailServer.stop();
  }
});
