/**
 * Everything a run needs, each part real and of the run's own: a database, Belfry's built processes, endpoints, and a
 * mail server. There are two forms: an API and two workers on a durable PostgreSQL, and one process with everything in it
 * on the embedded database.
 */
import { BuildCopy } from '@belfry/kit/build-copy';
import { query } from '@belfry/kit/databases';
import { freePort } from '@belfry/kit/ports';
import { PostgresServer } from '@belfry/kit/postgres-server';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SupervisedBelfry } from './supervised-belfry.mjs';
import { endpointFaults, Endpoints } from './endpoints.mjs';
import { limits } from './hostile-account.mjs';
import { MailServer } from './mail-server.mjs';
import { nameFaults, NameServer } from './name-server.mjs';
import { StorageFaults } from './storage-faults.mjs';

const apiKey = 'key-of-the-publisher';

/** A running platform. */
export class Platform {
  /** Null with the embedded database. */
  postgres = /** @type {PostgresServer | null} */ (null);
  apiKey = apiKey;
  /** @type {SupervisedBelfry[]} */
  processes = [];
  /** @type {number[]} */
  accountIds = [];

  url = '';
  #folder = mkdtempSync(join(tmpdir(), 'belfry-chaos-'));
  #build = new BuildCopy();
  #dataFolder = join(this.#folder, 'data');
  #random;
  #settings;

  /**
   * @param {import('./seeded-random.mjs').SeededRandom} random
   * @param {{ embedded: boolean, webhookTimeoutMs: number, leaseMarginMs: number }} settings
   */
  constructor(random, settings) {
    this.#random = random;
    this.#settings = settings;
    this.endpoints = new Endpoints(random.branch());
    this.mailServer = new MailServer(random.branch());
    this.nameServer = new NameServer();
    this.storage = new StorageFaults({ embedded: settings.embedded, random: random.branch() });
    // However the run ends, nothing of it goes on.
    process.once('exit', () => this.abandon());
  }

  /** Where the processes' logs are. */
  get folder() {
    return this.#folder;
  }

  get api() {
    return this.processes[0];
  }

  get workers() {
    return this.processes.filter(({ role }) => role !== 'api');
  }

  /** Starts the database, endpoints, mail server and the process that takes events. */
  async start() {
    const { embedded, webhookTimeoutMs, leaseMarginMs } = this.#settings;
    await Promise.all([this.endpoints.start(), this.mailServer.start(), this.nameServer.start()]);
    if (embedded) {
      await this.storage.mount();
      this.#dataFolder = this.storage.disk?.folder ?? this.#dataFolder;
    } else {
      const postgres = new PostgresServer(join(this.#folder, 'postgres'));
      await this.storage.mount(postgres.files);
      this.postgres = await postgres.start();
    }
    mkdirSync(this.#dataFolder, { recursive: true });
    this.#environment = {
      DATABASE_URL: this.postgres?.url,
      DATA_DIR: this.#dataFolder,
      SMTP_URL: this.mailServer.url,
      MAIL_FROM: 'Belfry <belfry@example.com>',
      BOOTSTRAP_API_KEY: apiKey,
      ...limits,
      DNS_SERVERS: this.nameServer.address,
      WEBHOOK_TIMEOUT_MS: String(webhookTimeoutMs),
      WEBHOOK_LEASE_MARGIN_MS: String(leaseMarginMs),
    };
    // A port that stays: publishers find the API there again after a restart.
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    await this.#run(embedded ? 'all' : 'api', port);
    if (this.postgres !== null) await this.storage.moveTables(this.postgres);
  }

  /** Starts this many workers. */
  async startWorkers(count) {
    await Promise.all(Array.from({ length: count }, () => this.#run('worker', 0)));
  }

  /**
   * Makes accounts whose endpoints are well, and one more for each way in which an endpoint or its name can misbehave.
   * @param {{ well: number, faults?: readonly string[] }} wanted
   */
  async makeAccounts({ well, faults = [...endpointFaults, ...nameFaults] }) {
    const behaviours = [...Array(well).fill('well'), ...faults];
    for (const [index, behaviour] of behaviours.entries()) {
      const accountId = index + 1;
      const domain = `account-${accountId}.example.com`;
      await this.put(`/v1/accounts/${accountId}`, {
        account_name: `Account ${accountId}`,
        primary_contact: { name: 'Pat Doe', email: `pat@${domain}` },
      });
      await this.put(`/v1/accounts/${accountId}/notification-settings`, {
        webhook_url: this.endpoints.urlOf(accountId, behaviour),
        events: {
          integration_created: { send_webhook: true, email_subscribers: [] },
          run_failed: { send_webhook: true, email_subscribers: [`ops@${domain}`] },
        },
      });
      this.accountIds.push(accountId);
    }
  }

  /**
   * Runs one statement in the database, beside the processes.
   * @param {string} statement
   * @param {unknown[]} [parameters]
   * @returns {Promise<any[]>}
   */
  query(statement, parameters) {
    if (this.postgres !== null) return this.postgres.query(statement, parameters);
    const socket = encodeURIComponent(join(this.#dataFolder, 'database'));
    return query(`postgres://postgres@localhost/postgres?host=${socket}`, statement, parameters);
  }

  /** Stops every process in order; answers their exit codes. */
  stopProcesses() {
    return Promise.all(this.processes.map((process_) => process_.stop()));
  }

  /** Ends everything and removes the run's folder, unless its logs are to be kept. */
  async remove({ keepLogs }) {
    this.abandon();
    await this.postgres?.remove();
    this.storage.disk?.abandon();
    this.endpoints.stop();
    this.mailServer.stop();
    this.nameServer.stop();
    if (!keepLogs) rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Ends every process where nothing can be waited for. */
  abandon() {
    for (const process_ of this.processes) process_.abandon();
    this.postgres?.abandon();
    this.storage.disk?.abandon();
    this.#build.remove();
  }

  /** @type {import('@belfry/kit/belfry-process').Environment} */
  #environment = {};

  async #run(role, port) {
    const logFile = join(this.#folder, `${role}-${this.processes.length}.log`);
    const process_ = new SupervisedBelfry({
      role,
      mainFile: this.#build.mainFile,
      environment: { ...this.#environment, PORT: String(port) },
      logFile,
    });
    this.processes.push(process_);
    process_.supervise();
    await process_.ready();
  }

  /** Puts something by REST; throws where it is refused. */
  async put(path, body) {
    const answer = await fetch(`${this.url}${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`PUT ${path} was answered ${answer.status} ${await answer.text()}`);
  }
}
