import { BelfryProcess } from '@belfry/kit/belfry-process';
import { key, type Answer } from '@belfry/kit/rest-client';
import { expectProblem } from '@belfry/kit/expect-problem';
import { MailServer } from '@belfry/kit/mail-server';
import { Endpoint, receive } from '@belfry/kit/endpoint';
import { waitFor } from '@belfry/kit/waiting';
import { createEmptyDatabase, query } from '@belfry/kit/databases';

let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let endpoint: Endpoint;
let mailServer: MailServer;
let servers: BelfryProcess[];

beforeEach(async () => {
  servers = [];
  [database, endpoint, mailServer] = await Promise.all([
    createEmptyDatabase(),
    Endpoint.start(),
    MailServer.start(),
  ]);
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.remove()));
  await Promise.all([endpoint?.stop(), mailServer?.stop()]);
  await database?.drop();
});

async function start(environment: Record<string, string> = {}): Promise<BelfryProcess> {
  const server = await BelfryProcess.start({
    DATABASE_URL: database.url,
    BOOTSTRAP_API_KEY: key,
    SMTP_URL: mailServer.url,
    ...environment,
  });
  servers.push(server);
  return server;
}

const settings = (subscribers: readonly string[] = []) => ({
  webhook_url: endpoint.url(),
  events: { integration_created: { send_webhook: true, email_subscribers: subscribers } },
});
const event = (accountId: number) => ({
  event_type: 'integration_created',
  environment: 'production',
  account_id: accountId,
  data: { integration_id: 3, integration_name: 'CRM sync' },
});
const test = (server: BelfryProcess, accountId: number) =>
  server.post(`/v1/accounts/${accountId}/webhook-test`, { event_type: 'integration_created' });
const refuse = (...addresses: string[]) => {
  for (const address of addresses) mailServer.refusals.set(address, [550, '5.1.1 no such mailbox']);
};
const receivers = () => mailServer.mails.flatMap(({ recipients }) => recipients);

/** Publishes an event to an account and waits until its deliveries have finished; answers those of mails by address. */
async function finishedMails(
  server: BelfryProcess,
  accountId: number,
  count: number,
): Promise<Map<string, string>> {
  await server.post('/v1/events', event(accountId));
  await server.finishedDeliveries(accountId, count);
  const { body } = await server.get(`/v1/accounts/${accountId}/deliveries?channel=email&limit=200`);
  return new Map(
    (body.deliveries as { destination: string; delivery_id: string }[]).map((delivery) => [
      delivery.destination,
      delivery.delivery_id,
    ]),
  );
}

function expectLimited(answer: Answer): void {
  expectProblem(answer, 429, 'rate-limited');
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
}

describe('test deliveries', () => {
  it('of one account are limited over all processes, and those of another are not', async () => {
    const limits = { ACCOUNT_TESTS_PER_MINUTE: '3' };
    const [one, other] = [await start(limits), await start(limits)];
    await one.makeAccount(42, settings());
    await one.makeAccount(43, settings());
    const answers = await Promise.all([one, other, one, other, one, other].map((server) => test(server, 42)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 429, 429, 429]);
    expectLimited(answers.find(({ status }) => status === 429)!);
    expect(endpoint.requests).toHaveLength(3);
    expect((await test(other, 43)).status).toBe(200);
    await query(
      database.url,
      `UPDATE account_allowances SET began_at = began_at - interval '60 seconds' WHERE account_id = 42`,
    );
    expect((await test(one, 42)).status).toBe(200);
  });

  it('that cannot be sent cost nothing', async () => {
    const server = await start({ ACCOUNT_TESTS_PER_MINUTE: '1' });
    await server.makeAccount(42, { webhook_url: null });
    expectProblem(await test(server, 42), 409, 'no-endpoint');
    expectProblem(await test(server, 7), 404, 'not-found');
    await server.request('PATCH', '/v1/accounts/42/notification-settings', settings());
    expectProblem(
      await server.post('/v1/accounts/42/webhook-test', { event_type: 'nope' }),
      400,
      'validation',
    );
    expect((await test(server, 42)).status).toBe(200);
    expectLimited(await test(server, 42));
  });

  it('take the places of webhooks, in all and of the account, and leave them again', async () => {
    let [open, mostOpen] = [0, 0];
    const answers: (() => void)[] = [];
    endpoint.behaviour = (request, socket) => {
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      answers.push(() => {
        open -= 1;
        receive(request, socket);
      });
    };
    const server = await start({ WEBHOOKS_IN_FLIGHT: '8', WEBHOOKS_IN_FLIGHT_PER_ACCOUNT: '1' });
    await server.makeAccount(42, settings());
    const tests = [test(server, 42), test(server, 42), test(server, 42)];
    for (let answered = 0; answered < 3; answered += 1) {
      await waitFor(() => answers.length > 0);
      answers.pop()!();
    }
    expect((await Promise.all(tests)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(mostOpen).toBe(1);
  });

  it('that find no place for some seconds are refused, and were not sent', async () => {
    endpoint.behaviour = () => undefined;
    const server = await start({ WEBHOOKS_IN_FLIGHT_PER_ACCOUNT: '1', WEBHOOK_TIMEOUT_MS: '8000' });
    await server.makeAccount(42, settings());
    await server.post('/v1/events', event(42));
    await waitFor(() => endpoint.requests.length === 1);
    const refused = await test(server, 42);
    expectLimited(refused);
    expect(refused.body.detail).toMatch(/^There is no room for a test delivery/);
    expect(endpoint.requests).toHaveLength(1);
    const { body } = await server.get('/v1/accounts/42/deliveries?channel=webhook');
    expect(body.deliveries).toHaveLength(1);
  });
});

describe('redelivered mails', () => {
  const subscribers = Array.from({ length: 5 }, (_none, index) => `s${index}@example.com`);

  it('go only to who is a recipient now: others are refused by themselves, and passed over among many', async () => {
    const server = await start();
    await server.makeAccount(42, settings(['Gone@example.com', 'stays@example.com']));
    refuse('pat@acme.example.com', 'Gone@example.com', 'stays@example.com');
    const mails = await finishedMails(server, 42, 4);
    mailServer.refusals.clear();
    await server.request('PATCH', '/v1/accounts/42/notification-settings', settings(['STAYS@example.com']));
    const refused = await server.request(
      'POST',
      `/v1/accounts/42/deliveries/${mails.get('Gone@example.com')}/redeliver`,
    );
    expectProblem(refused, 409, 'not-a-recipient');
    const many = await server.post('/v1/accounts/42/deliveries/redeliver', { status: 'failed' });
    expect([many.status, many.body]).toEqual([202, { redelivered: 2, passed_over: 1 }]);
    await waitFor(() => mailServer.mails.length === 2);
    expect(receivers()).not.toContain('Gone@example.com');
  });

  it('of one account are limited over all processes and ways of asking, with the number that was taken', async () => {
    const limits = { ACCOUNT_MAIL_REDELIVERIES_PER_HOUR: '4' };
    const [one, other] = [await start(limits), await start(limits)];
    await one.makeAccount(42, settings(subscribers));
    refuse('pat@acme.example.com', ...subscribers);
    const mails = await finishedMails(one, 42, 7);
    mailServer.refusals.clear();
    const path = (address: string) => `/v1/accounts/42/deliveries/${mails.get(address)}/redeliver`;
    expect((await one.request('POST', path('s4@example.com'))).status).toBe(202);
    const many = await other.post('/v1/accounts/42/deliveries/redeliver', { status: 'failed' });
    expect([many.status, many.body]).toEqual([
      202,
      {
        redelivered: 3,
        limited: { channel: 'email', retry_after: expect.any(Number) as number },
      },
    ]);
    expect(many.headers.get('retry-after')).toBe(String(many.body.limited.retry_after));
    expectLimited(await one.request('POST', path('s3@example.com')));
    const none = await one.post('/v1/accounts/42/deliveries/redeliver', { status: 'failed' });
    expect(none.body).toMatchObject({ redelivered: 0, limited: { channel: 'email' } });
    await waitFor(() => mailServer.mails.length === 4);

    await query(
      database.url,
      `UPDATE account_allowances SET began_at = began_at - interval '1 hour' WHERE account_id = 42`,
    );
    const rest = await one.post('/v1/accounts/42/deliveries/redeliver', { status: 'failed' });
    expect(rest.body).toEqual({ redelivered: 2 });
  });

  it('asked for at once stay within the limit together', async () => {
    const limits = { ACCOUNT_MAIL_REDELIVERIES_PER_HOUR: '3' };
    const [one, other] = [await start(limits), await start(limits)];
    await one.makeAccount(42, settings(subscribers));
    refuse('pat@acme.example.com', ...subscribers);
    const mails = [...(await finishedMails(one, 42, 7)).values()];
    mailServer.refusals.clear();
    const answers = await Promise.all(
      mails.map((mail, index) =>
        (index % 2 === 0 ? one : other).request('POST', `/v1/accounts/42/deliveries/${mail}/redeliver`),
      ),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
  });
});

it('redelivered webhooks are limited by an allowance of their own', async () => {
  const server = await start({ ACCOUNT_WEBHOOK_REDELIVERIES_PER_HOUR: '2' });
  await server.makeAccount(42, settings());
  for (let count = 0; count < 3; count += 1) await server.post('/v1/events', event(42));
  await server.finishedDeliveries(42, 6);
  const { body } = await server.get('/v1/accounts/42/deliveries?channel=webhook');
  const answers: Answer[] = [];
  for (const { delivery_id } of body.deliveries as { delivery_id: string }[])
    answers.push(await server.request('POST', `/v1/accounts/42/deliveries/${delivery_id}/redeliver`));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 429]);
  expectLimited(answers[2]!);
});
