/** A whole Belfry on a PostgreSQL of its own (one API, two workers), with steady traffic through it. */
import { builtApi } from '@belfry/kit/belfry-process';
import { freePort } from '@belfry/kit/ports';
import { PostgresServer } from '@belfry/kit/postgres-server';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SupervisedBelfry } from '../chaos/supervised-belfry.mjs';
import { Endpoint, MailServer } from './outside-world.mjs';

/** Few, so that an alert about shares has something to share. */
const publishEveryMs = 100;

/** The account whose endpoint and mails are put out of order. */
const accountId = 1;
/** Requests a second of one key; the traffic makes ten. */
const requestsPerSecond = 100;

/** The platform under test. */
export class Platform {
  /** @type {Record<string, number>} */
  ports = {};
  endpoint = new Endpoint();
  mailServer = new MailServer();
  postgres;
  #processes = {};
  #key = randomBytes(16).toString('hex');
  #isBusy = false;
  #traffic = Promise.resolve();

  /** @param {string} folder where everything is kept */
  async start(folder) {
    this.postgres = new PostgresServer(join(folder, 'postgres'));
    await Promise.all([this.postgres.start(), this.endpoint.start(), this.mailServer.start()]);
    /** @type {readonly (readonly [string, 'api' | 'worker'])[]} */
    const processes = [
      ['api', 'api'],
      ['worker-1', 'worker'],
      ['worker-2', 'worker'],
    ];
    for (const [name, role] of processes) {
      this.ports[name] = await freePort();
      const environment = {
        NODE_ENV: 'production',
        PORT: String(this.ports[name]),
        DATA_DIR: join(folder, name),
        DATABASE_URL: this.postgres.url,
        SMTP_URL: this.mailServer.url,
        MAIL_FROM: 'belfry@example.com',
        BOOTSTRAP_API_KEY: this.#key,
        RATE_LIMIT_PER_KEY: String(requestsPerSecond),
        WEBHOOK_TIMEOUT_MS: '3000',
        WEBHOOK_LEASE_MARGIN_MS: '1000',
      };
      this.#processes[name] = new SupervisedBelfry({
        role,
        mainFile: builtApi,
        environment,
        logFile: join(folder, `${name}.log`),
      });
      await this.revive(name);
    }
    await this.#makeAccount();
    this.#isBusy = true;
    this.#traffic = this.#publishSteadily();
  }

  /** A process of Belfry's, by name. */
  process(name) {
    return this.#processes[name];
  }

  /** Starts a process that was ended. */
  async revive(name) {
    this.#processes[name].supervise();
    await this.#processes[name].ready();
  }

  /** Publishes so many events at once. */
  async publish(count) {
    const events = Array.from({ length: count }, () => event());
    await this.#ask('POST', '/v1/events/batch', { events });
  }

  /** Asks far more often than one key may. */
  async askTooOften() {
    await Promise.all(
      Array.from({ length: 2 * requestsPerSecond }, () => this.#ask('GET', '/v1/event-types')),
    );
  }

  async stop() {
    this.#isBusy = false;
    await this.#traffic;
    for (const process of Object.values(this.#processes)) process.abandon();
    this.endpoint.stop();
    await this.mailServer.stop();
    await this.postgres?.remove();
  }

  async #makeAccount() {
    const account = `/v1/accounts/${accountId}`;
    const made = await this.#ask('PUT', account, {
      account_name: 'Acme Inc',
      primary_contact: { email: 'pat@example.com' },
    });
    const set = await this.#ask('PUT', `${account}/notification-settings`, {
      webhook_url: this.endpoint.url,
      events: { integration_created: { send_webhook: true } },
    });
    if (made !== 201 || set !== 200) throw new Error(`the account was answered ${made}, its settings ${set}`);
  }

  async #publishSteadily() {
    while (this.#isBusy) {
      // Refused while the database is away, which is what an alert is about.
      await this.#ask('POST', '/v1/events', event());
      await pause(publishEveryMs);
    }
  }

  async #ask(method, path, body) {
    const response = await fetch(`http://127.0.0.1:${this.ports.api}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    return response.status;
  }
}

function event() {
  return {
    event_type: 'integration_created',
    environment: 'production',
    account_id: accountId,
    data: { integration_id: 3, integration_name: 'CRM sync' },
  };
}
