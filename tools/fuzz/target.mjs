/** The API under the run: a built process of its own on a database of its own, with one endpoint that takes everything. */
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { BuildCopy } from '@belfry/kit/build-copy';
import { listenAnywhere } from '@belfry/kit/ports';
import { forgetful, PostgresServer } from '@belfry/kit/postgres-server';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { spareAccountId } from './requests.mjs';

const key = 'key-of-the-fuzz-run';

/** A running API with three accounts, some events and an endpoint. */
export class Target {
  key = key;
  accountIds = [1, 42, 9_007_199_254_740_991];
  /** Ids of events, deliveries and keys that exist, and one that does not. */
  madeIds = ['0193a1b2-0000-7000-8000-000000000001'];

  #folder = mkdtempSync(join(tmpdir(), 'belfry-fuzz-'));
  #build = new BuildCopy();
  /** @type {import('@belfry/kit/postgres-server').PostgresServer | null} */
  #server = null;
  /** @type {BelfryProcess | undefined} */
  #started;
  #endpoint = createServer((request, response) => request.resume().once('end', () => response.end('{}')));
  endpointUrl = '';

  constructor() {
    // However the run ends, nothing of it goes on.
    process.once('exit', this.#abandon);
  }

  /**
   * @param {{ databaseUrl?: string, embedded: boolean }} database a URL, the embedded database, or else a PostgreSQL
   *   server of the run's own
   */
  async start({ databaseUrl, embedded }) {
    if (!embedded && databaseUrl === undefined) {
      this.#server = await new PostgresServer(join(this.#folder, 'postgres'), forgetful).start();
    }
    this.endpointUrl = `http://127.0.0.1:${await listenAnywhere(this.#endpoint)}/in?token=s3cret`;
    const url = databaseUrl ?? this.#server?.url;
    this.#started = BelfryProcess.spawn(
      {
        DATA_DIR: join(this.#folder, 'data'),
        DATABASE_URL: url,
        BOOTSTRAP_API_KEY: key,
        // No development mailbox: tens of thousands of mails would become files.
        NODE_ENV: 'production',
        LOG_LEVEL: 'warn',
        WEBHOOK_TIMEOUT_MS: '300',
        RATE_LIMIT_PER_KEY: '1000000',
        RATE_LIMIT_REFUSALS: '1000000',
      },
      { mainFile: this.#build.mainFile },
    );
    await this.#belfry.ready();
    for (const accountId of [...this.accountIds, spareAccountId]) await this.#makeAccount(accountId);
  }

  get #belfry() {
    if (this.#started === undefined) throw new Error('the run was not started');
    return this.#started;
  }

  get isAlive() {
    return !this.#belfry.hasEnded;
  }

  get url() {
    return this.#belfry.url;
  }

  /** What the process has said. */
  get output() {
    return this.#belfry.output;
  }

  /** The process's memory in bytes, as the system counts it; null where it does not say. */
  get memory() {
    if (process.platform !== 'linux') return null;
    const kilobytes = /VmRSS:\s+(\d+) kB/.exec(
      readFileSync(`/proc/${this.#belfry.child.pid}/status`, 'utf8'),
    )?.[1];
    return Number(kilobytes) * 1024;
  }

  /** How many bytes of bodies the API has read by its own count; what it answers may be a second old. */
  async bodyBytesRead() {
    await pause(1_100);
    const metrics = await (await fetch(`${this.url}/metrics`)).text();
    return Number(/^belfry_request_body_bytes_read_total (\S+)$/m.exec(metrics)?.[1]);
  }

  /** Reads JSON from the API. */
  async get(path) {
    const answer = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    return answer.json();
  }

  /** Ends everything and removes it; answers the process's exit code. */
  async remove() {
    const code = await this.#belfry.end();
    this.#endpoint.close();
    this.#endpoint.closeAllConnections();
    await this.#server?.stop();
    process.removeListener('exit', this.#abandon);
    this.#removeFiles();
    return code;
  }

  /** Ends everything where nothing can be waited for. */
  #abandon = () => {
    this.#started?.child.kill('SIGKILL');
    this.#server?.abandon();
    this.#removeFiles();
  };

  #removeFiles() {
    this.#build.remove();
    // A server that was killed a moment ago may still be writing.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  async #makeAccount(accountId) {
    const contact = { email: `contact@account-${accountId}.example.com` };
    await this.#send('PUT', `/v1/accounts/${accountId}`, { account_name: 'Acme', primary_contact: contact });
    await this.#send('PUT', `/v1/accounts/${accountId}/notification-settings`, {
      webhook_url: this.endpointUrl,
      events: { integration_created: { send_webhook: true } },
    });
    const { event_id } = await this.#send('POST', '/v1/events', {
      event_type: 'integration_created',
      environment: 'production',
      account_id: accountId,
      data: { integration_id: 3, integration_name: 'CRM sync' },
    });
    const { deliveries } = await this.get(`/v1/accounts/${accountId}/deliveries?event_id=${event_id}`);
    this.madeIds.push(event_id, ...deliveries.map(({ delivery_id }) => delivery_id));
  }

  async #send(method, path, body) {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const answer = await fetch(`${this.url}${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok)
      throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}
