/** A database that answers and refuses to write: its disk is full, or it has become read-only. */
import { failedRun, webhooksOfFailedRuns } from '@belfry/kit/sample-events';
import { platformForThisFile } from '@belfry/kit/platform-for-this-file';
import { expectProblem } from '@belfry/kit/expect-problem';
import { MailServer } from '@belfry/kit/mail-server';
import { Endpoint, receive } from '@belfry/kit/endpoint';
import { waitFor } from '@belfry/kit/waiting';
import { Pool } from 'pg';

let endpoint: Endpoint;
let mailServer: MailServer;
let pool: Pool;
beforeAll(async () => {
  [endpoint, mailServer] = await Promise.all([Endpoint.start(), MailServer.start()]);
});
const platform = platformForThisFile(() => ({
  SMTP_URL: mailServer.url,
  MAIL_FROM: 'belfry@example.com',
  WEBHOOK_TIMEOUT_MS: '500',
  WEBHOOK_LEASE_MARGIN_MS: '1000',
}));
beforeAll(async () => {
  pool = new Pool({ connectionString: platform.databaseUrl, max: 1 });
  pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  await platform.server.makeAccount(42, webhooksOfFailedRuns(endpoint));
});
afterAll(async () => {
  await pool.end();
  await Promise.all([endpoint.stop(), mailServer.stop()]);
});

const event = (runId: number) => failedRun(42, runId);
const ready = async () => (await platform.server.get('/health/ready', { authorization: undefined })).status;
const statuses = async () => {
  const { rows } = await pool.query<{ channel: string; status: string }>(
    'SELECT channel, status FROM deliveries ORDER BY created_at, channel DESC',
  );
  return rows.map(({ channel, status }) => `${channel} ${status}`);
};

const databaseName = () => new URL(platform.databaseUrl).pathname.slice(1);
const faults = {
  'its disk is full': {
    begin: async () => {
      await pool.query(`CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'kein Platz auf dem Datenträger' USING ERRCODE = '53100'; END $$`);
      for (const [when, table] of [
        ['INSERT', 'events'],
        ['INSERT OR UPDATE', 'deliveries'],
        ['INSERT', 'attempts'],
      ])
        await pool.query(
          `CREATE TRIGGER refuse BEFORE ${when} ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION refuse()`,
        );
    },
    end: async () => {
      for (const table of ['events', 'deliveries', 'attempts'])
        await pool.query(`DROP TRIGGER refuse ON ${table}`);
    },
  },
  'it has become read-only': {
    begin: async () => {
      await pool.query(`ALTER DATABASE ${databaseName()} SET default_transaction_read_only = on`);
      await pool.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    },
    end: () => pool.query(`ALTER DATABASE ${databaseName()} RESET default_transaction_read_only`),
  },
};

describe.each(Object.entries(faults))('while %s', (_name, { begin, end }) => {
  it('publishers are asked to come back, what was sent is recorded later, and nothing is sent twice', async () => {
    const sentBefore = endpoint.requests.length;
    const mailedBefore = mailServer.mails.length;
    let answer: () => void = () => undefined;
    endpoint.behaviour = (request, socket) => (answer = () => receive(request, socket));
    mailServer.thinksFor = 600;
    await pool.query('DELETE FROM deliveries');
    expect((await platform.server.post('/v1/events', event(1))).status).toBe(202);
    await waitFor(() => endpoint.requests.length === sentBefore + 1);
    await begin();
    answer();
    const refused = await platform.server.post('/v1/events', event(2));
    expectProblem(refused, 503, 'storage-unavailable');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // The answer before it is kept for a second.
    await waitFor(async () => (await ready()) === 503);
    // What only reads is answered.
    expect((await platform.server.get('/v1/accounts/42')).status).toBe(200);
    // Its leases run out meanwhile: 1.5 s, and the sweep comes every 0.75 s.
    await waitFor(async () => {
      const { rows } = await pool.query(
        `SELECT FROM deliveries WHERE lease_expires_at < now() - interval '2 seconds'`,
      );
      return rows.length > 0;
    });
    expect(await ready()).toBe(503);
    await end();
    await waitFor(async () => (await statuses()).every((status) => status.endsWith('succeeded')));
    expect(await statuses()).toEqual(['webhook succeeded', 'email succeeded']);
    await waitFor(async () => (await ready()) === 200);
    expect((await platform.server.post('/v1/events', event(3))).status).toBe(202);
    endpoint.behaviour = receive;
    await waitFor(
      async () => (await statuses()).filter((status) => status === 'email succeeded').length === 2,
    );
    expect(endpoint.requests.length - sentBefore).toBe(2);
    expect(mailServer.mails.length - mailedBefore).toBe(2);
  });
});
