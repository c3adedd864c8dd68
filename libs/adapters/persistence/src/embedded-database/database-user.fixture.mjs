/**
 * A process that uses the embedded database as built, told what to do by messages: PGlite does not run inside Jest, and
 * most of what is promised of it is about processes that die. Started by `embedded-process.fixture.ts`. What takes long to
 * load is loaded by those actions alone that use it.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { openEmbeddedDatabase } from '../../dist/embedded-database/embedded-database.js';

let dataSource;
let embedded;
let client;

const actions = {
  /** Opens it as the application does. */
  async open({ directory, join, schema }) {
    const { openDatabase } = await import('../../dist/database/open-database.js');
    dataSource = await openDatabase({ dataDirectory: directory, join, schema }, () => undefined);
  },
  /** Opens it bare, with one connection and a limit on idle transactions. */
  async openBare({ directory, join, idleInTransactionMs }) {
    embedded = await openEmbeddedDatabase(directory, { join, idleInTransactionMs, schema: 'belfry' });
    await actions.connect();
    return embedded.owned;
  },
  /** Connects to what was opened bare; a connection that it had before is left as a client leaves it that ends. */
  async connect() {
    await client?.end();
    client = new pg.Client({
      host: embedded.socketFolder,
      port: 5432,
      user: 'postgres',
      database: 'postgres',
    });
    client.on('error', () => undefined);
    await client.connect();
  },
  /** Through the bare connection where there is one. */
  async statement({ text, parameters }) {
    return client === undefined
      ? dataSource.query(text, parameters)
      : (await client.query(text, parameters)).rows;
  },
  /** Takes one event through all ports of the module, from account to attempt, and shuts the module down. */
  async liveThrough({ directory }) {
    const { AccountStore, DeliveryLog, DeliveryQueue, EventStore, SettingsStore } =
      await import('@belfry/application');
    const { NestFactory } = await import('@nestjs/core');
    const { v7 } = await import('uuid');
    const { DatabaseHealth, PersistenceModule } = await import('../../dist/index.js');
    const context = await NestFactory.createApplicationContext(
      PersistenceModule.forRoot({ dataDirectory: directory }),
      {
        logger: ['error', 'warn'],
      },
    );
    const healthy = await context.get(DatabaseHealth).check();
    const accountId = 42;
    const primaryContact = { name: null, email: 'ada@example.com' };
    const audit = () => ({
      entryId: randomUUID(),
      actor: { kind: 'operator', id: 'test' },
      action: 'account.created',
      changes: [],
    });
    await context.get(AccountStore).put({ accountId, accountName: 'Acme', primaryContact }, audit);
    await context.get(SettingsStore).replace(
      {
        accountId,
        webhookUrl: 'https://hooks.example.com/',
        events: { run_failed: { send_webhook: true, email_subscribers: [] } },
      },
      1,
      audit(),
    );

    const lease = { worker: randomUUID(), leaseMs: 60_000 };
    const hook = { channel: 'webhook', recipientRole: null, destination: 'https://hooks.example.com/' };
    const mail = { channel: 'email', recipientRole: 'primary_contact', destination: 'ada@example.com' };
    const deliveries = [hook, mail].map((each) => ({
      ...each,
      deliveryId: v7(),
      leased: false,
      test: false,
    }));
    const idempotency = { scope: 0, key: 'key', inputHash: Buffer.alloc(32) };
    const event = {
      eventId: v7(),
      eventType: 'run_failed',
      environment: 'e',
      accountId,
      acceptedAt: new Date(),
      payload: '{"b":1,"a":2}',
    };
    const append = (batch) => context.get(EventStore).append([accountId], lease, () => batch);
    const appended = await append([{ event, deliveries, idempotency }]);
    const repeated = await append([{ event: { ...event, eventId: v7() }, deliveries: [], idempotency }]);

    const queue = context.get(DeliveryQueue);
    const destinations = { limit: 10, inFlight: new Map(), keptFromSlow: 0 };
    const capacity = { limit: 10, otherPlaces: 10, places: new Map(), slow: new Set(), destinations };
    const claimed = [
      ...(await queue.claim('webhook', lease, capacity)).deliveries,
      ...(await queue.claim('email', lease, capacity)).deliveries,
    ];
    const request = { headers: { a: 'b' }, body: 'text' };
    const attempt = () => ({
      attemptId: v7(),
      startedAt: new Date(),
      durationMs: 1,
      outcome: 'succeeded',
      reason: null,
      request,
      response: null,
    });
    await queue.renew(lease, claimed);
    await queue.release(lease, [claimed[1]]);
    const dropped = await queue.record(lease, [
      { delivery: claimed[0], attempt: attempt(), next: { status: 'succeeded' } },
    ]);
    const swept = await queue.sweep();
    const { items: log } = await context.get(DeliveryLog).list(accountId, {}, 10);
    await context.close();
    return {
      healthy,
      appended: appended[0].outcome,
      repeated: repeated[0].outcome,
      payloads: claimed.map((delivery) => delivery.payload),
      dropped,
      swept,
      statuses: log.map((delivery) => `${delivery.channel} ${delivery.status}`),
    };
  },
  /** Sends the first message of a query that fails, and not the rest: as where a packet comes late. */
  async sendHalfAQuery() {
    const body = Buffer.from('\0SELECT no_such_column\0\0\0', 'latin1');
    const head = Buffer.alloc(5);
    head.write('P');
    head.writeInt32BE(body.length + 4, 1);
    await new Promise((resolve) => client.connection.stream.write(Buffer.concat([head, body]), resolve));
  },
  /** Asks many things at once, every fifth of them impossible, and says how many answers were another question's. */
  async ask({ from, times }) {
    let wrong = 0;
    const questions = Array.from({ length: times }, async (_none, index) => {
      const value = from + index;
      if (index % 5 === 0) {
        const failure = await dataSource
          .query('SELECT 1 / ($1::integer - $1::integer)', [value])
          .catch((error) => error);
        if (failure.code !== '22012') wrong += 1;
      } else {
        const [row] = await dataSource.query('SELECT $1::integer AS value, $2::text AS text', [
          value,
          `text ${value}`,
        ]);
        if (row.value !== value || row.text !== `text ${value}`) wrong += 1;
      }
    });
    await Promise.all(questions);
    return wrong;
  },
  /** Commits row after row until it is killed, and says so after each. */
  async commitForEver() {
    await dataSource.query('CREATE TABLE kept (number integer PRIMARY KEY)');
    for (let number = 1; ; number += 1) {
      await dataSource.query('INSERT INTO kept VALUES ($1)', [number]);
      process.send({ committed: number });
    }
  },
  async close() {
    await dataSource?.destroy();
    await client?.end();
    await embedded?.close();
  },
};

process.on('message', async ({ id, action, input }) => {
  try {
    process.send({ id, answer: await actions[action](input ?? {}) });
  } catch (error) {
    process.send({ id, error: error.message });
  }
});
