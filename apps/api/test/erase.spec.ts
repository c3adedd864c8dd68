import { BelfryProcess } from '@belfry/kit/belfry-process';
import { key, type RestClient } from '@belfry/kit/rest-client';
import { expectProblem } from '@belfry/kit/expect-problem';
import { Endpoint } from '@belfry/kit/endpoint';
import { waitFor } from '@belfry/kit/waiting';
import { createEmptyDatabase, query } from '@belfry/kit/databases';
import { platformForThisFile } from './server.fixture.js';
import { Client } from 'pg';

const platform = platformForThisFile();
let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await Endpoint.start();
});
afterAll(() => endpoint?.stop());

const runFailed = (account_id: number) => ({
  event_type: 'run_failed',
  environment: 'production',
  account_id,
  data: {
    run_id: 901,
    run_status: 'failed',
    tenant_id: 7,
    tenant_name: 'Acme',
    integration_id: 3,
    integration_name: 'CRM sync',
  },
});
const contact = { account_name: 'Acme', primary_contact: { email: 'pat@acme.example.com' } };

async function accountWithHistory(
  server: RestClient,
  id: number,
): Promise<{ deliveryId: string; eventId: string }> {
  await server.makeAccount(id, {
    webhook_url: endpoint.url(),
    events: {
      run_failed: { send_webhook: true, email_subscribers: 'ada@people.example, bob@people.example' },
    },
  });
  const { body } = await server.post('/v1/events', runFailed(id));
  const [delivery] = await server.finishedDeliveries(id, 4);
  return { eventId: body.event_id, deliveryId: delivery!.delivery_id };
}

describe('DELETE /v1/accounts/{id}', () => {
  it('erases the account: it answers 404 everywhere, its key is known no more, and it can be made anew without a past', async () => {
    const { server } = platform;
    const { deliveryId, eventId } = await accountWithHistory(server, 42);
    const made = await server.post('/v1/api-keys', {
      name: 'own',
      account_id: 42,
      scopes: ['settings:read'],
    });
    const own = { authorization: `Bearer ${made.body.key}` };
    expect((await server.get('/v1/accounts/42', own)).status).toBe(200);

    const erased = await server.request('DELETE', '/v1/accounts/42');
    expect({ status: erased.status, body: erased.body }).toEqual({ status: 204, body: '' });
    expectProblem(await server.get('/v1/accounts/42', own), 401, 'unauthorized');
    for (const path of [
      '',
      '/notification-settings',
      '/deliveries',
      '/deliveries?status=failed&channel=email',
      `/deliveries/${deliveryId}`,
      `/deliveries/${deliveryId}/mail`,
      '/events',
      `/events/${eventId}`,
      '/audit-log',
      '/delivery-stats',
    ])
      expectProblem(await server.get(`/v1/accounts/42${path}`), 404, 'not-found');
    expectProblem(await server.post('/v1/events', runFailed(42)), 404, 'not-found');
    expectProblem(
      await server.post(`/v1/accounts/42/deliveries/${deliveryId}/redeliver`, {}),
      404,
      'not-found',
    );
    expectProblem(await server.request('DELETE', '/v1/accounts/42'), 404, 'not-found');

    expect((await server.put('/v1/accounts/42', contact)).status).toBe(201);
    expect((await server.get('/v1/accounts/42/deliveries')).body).toEqual({
      deliveries: [],
      next_cursor: null,
    });
    expect((await server.get('/v1/accounts/42/events')).body).toEqual({ events: [], next_cursor: null });
    expect((await server.get('/v1/accounts/42/delivery-stats')).body.hours).toEqual([]);
    expect((await server.get('/v1/accounts/42/notification-settings')).body.webhook_url).toBeNull();
    expect((await server.get('/v1/accounts/42/audit-log')).body.entries).toMatchObject([
      { action: 'account.created' },
    ]);
  });

  it("is the platform's alone: a key of the account is refused, and nothing happens", async () => {
    const { server } = platform;
    await server.makeAccount(43);
    const made = await server.post('/v1/api-keys', {
      name: 'own',
      account_id: 43,
      scopes: ['accounts:write'],
    });
    const own = { authorization: `Bearer ${made.body.key}` };
    expectProblem(await server.request('DELETE', '/v1/accounts/43', undefined, own), 403, 'forbidden');
    expect((await server.get('/v1/accounts/43')).status).toBe(200);
    expectProblem(await server.request('DELETE', '/v1/accounts/404'), 404, 'not-found');
  });
});

describe('DELETE /v1/accounts/{id}/recipients', () => {
  it('takes the address off every list and out of what is stored', async () => {
    const { server } = platform;
    await accountWithHistory(server, 44);
    const mail = (await server.finishedDeliveries(44, 4)).find(
      ({ destination }: { destination: string }) => destination === 'ada@people.example',
    );
    expect(
      (await server.request('DELETE', '/v1/accounts/44/recipients', { email: 'ADA@people.example' })).status,
    ).toBe(204);
    const settings = await server.get('/v1/accounts/44/notification-settings');
    expect(settings.body.events.run_failed.email_subscribers).toEqual(['bob@people.example']);
    const found = await server.get(`/v1/accounts/44/deliveries/${mail!.delivery_id}`);
    expect(found.body).toMatchObject({ destination: '(erased)' });
    for (const path of ['deliveries', 'audit-log', `deliveries/${mail!.delivery_id}`])
      expect(JSON.stringify((await server.get(`/v1/accounts/44/${path}`)).body)).not.toMatch(/ada@/i);
    const again = await server.post(`/v1/accounts/44/deliveries/${mail!.delivery_id}/redeliver`, {});
    expectProblem(again, 409, 'recipient-erased');
  });

  it('refuses the primary contact, what is no address, and an account that does not exist', async () => {
    const { server } = platform;
    await server.makeAccount(45);
    const { primary_contact } = (await server.get('/v1/accounts/45')).body;
    const erase = (id: number, body: unknown) =>
      server.request('DELETE', `/v1/accounts/${id}/recipients`, body);
    expectProblem(await erase(45, { email: primary_contact.email }), 409, 'primary-contact');
    expectProblem(await erase(45, { email: 'nobody' }), 400, 'validation');
    expectProblem(await erase(45, {}), 400, 'validation');
    expectProblem(await erase(404, { email: 'ada@people.example' }), 404, 'not-found');
  });
});

async function count(url: string, table: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(`SELECT count(*)::integer FROM ${table}`);
    return rows[0]!.count;
  } finally {
    await client.end();
  }
}

it('an erasure whose process was killed is ended by the next one', async () => {
  const database = await createEmptyDatabase();
  const environment = { DATABASE_URL: database.url, BOOTSTRAP_API_KEY: key };
  let server = await BelfryProcess.start(environment);
  try {
    await server.makeAccount(46);
    await query(
      database.url,
      `INSERT INTO events SELECT 46, gen_random_uuid(), 'run_failed', 'production', '{}', now()
       FROM generate_series(1, 30000)`,
    );
    const erasing = server.request('DELETE', '/v1/accounts/46').catch(() => null);
    await waitFor(async () => (await count(database.url, 'erasures')) === 1);
    await server.end('SIGKILL');
    await erasing;
    expect(await count(database.url, 'events')).toBeGreaterThan(0);
    await query(database.url, `UPDATE erasures SET held_until = now()`);
    server = await BelfryProcess.start(environment);
    await waitFor(async () => (await count(database.url, 'erasures')) === 0);
    expect(await count(database.url, 'events')).toBe(0);
    expect((await server.put('/v1/accounts/46', contact)).status).toBe(201);
  } finally {
    await server.remove();
    await database.drop();
  }
}, 60_000);
