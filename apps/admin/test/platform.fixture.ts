/** The built API as a process of its own, on a database of its own, with a real endpoint that accounts send webhooks to. */
import { createEmptyDatabase, type EmptyDatabase } from '@belfry/kit/databases';
import { waitFor } from '@belfry/kit/waiting';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const mainFile = resolve(__dirname, '../../api/dist/main.js');
const platformKey = 'key-of-the-platform';

/** What the endpoint answers. */
export interface EndpointAnswer {
  status: number;
  body: string;
}

/** What a platform is started with. */
export interface PlatformOptions {
  readonly isNewcomers?: boolean;
  readonly isWithoutMailServer?: boolean;
  /** More variables for the API. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A platform: it publishes events, asks for portal links, and knows its accounts' endpoint. */
export class Platform {
  url = '';
  readonly answer: EndpointAnswer = { status: 200, body: '{"received":true}' };
  readonly received: string[] = [];
  private key = platformKey;

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly endpoint: Server,
    private readonly database: EmptyDatabase,
  ) {}

  /**
   * Starts everything. A newcomer has no key yet: the API makes the sample account, and prints a key. Where no mail server
   * listens, mails wait.
   */
  static async start({
    isNewcomers = false,
    isWithoutMailServer = false,
    environment = {},
  }: PlatformOptions = {}): Promise<Platform> {
    const database = await createEmptyDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'belfry-admin-'));
    const endpoint = createServer();
    await new Promise<void>((listening) => endpoint.listen(0, '127.0.0.1', listening));
    const { PATH } = process.env;
    const child = spawn(process.execPath, [mainFile], {
      env: {
        PATH,
        PORT: '0',
        DATA_DIR: folder,
        DATABASE_URL: database.url,
        ...(isNewcomers ? {} : { BOOTSTRAP_API_KEY: platformKey }),
        WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8',
        // The discard port: nothing listens there.
        ...(isWithoutMailServer ? { SMTP_URL: 'smtp://127.0.0.1:9' } : {}),
        LOG_LEVEL: 'warn',
        ...environment,
      },
    });
    const platform = new Platform(child, folder, endpoint, database);
    platform.listen();
    let output = '';
    child.stderr.on('data', (text) => (output += String(text)));
    child.stdout.on('data', (text) => (output += String(text)));
    await waitFor(() => {
      if (child.exitCode !== null) throw new Error(`the API ended: ${output}`);
      platform.url = /Belfry is ready at (\S+)/.exec(output)?.[1] ?? '';
      if (!isNewcomers) return platform.url !== '';
      platform.key = /API key \(shown this once\): (\S+)\n/.exec(output)?.[1] ?? '';
      return platform.key !== '';
    });
    return platform;
  }

  /** The endpoint's URL, with a secret in its query. */
  get endpointUrl(): string {
    return `http://127.0.0.1:${(this.endpoint.address() as AddressInfo).port}/in?token=s3cret`;
  }

  /** Calls the API with the platform's key; answers the body. */
  async call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }

  /** Makes an account that has nothing set up. */
  async makeAccount(accountId: number, name = 'Acme Inc'): Promise<void> {
    await this.call('PUT', `/v1/accounts/${accountId}`, {
      account_name: name,
      primary_contact: { name: 'Pat Doe', email: 'pat@acme.example.com' },
    });
  }

  /** Sets the account's settings. */
  async set(accountId: number, settings: object): Promise<void> {
    await this.call('PUT', `/v1/accounts/${accountId}/notification-settings`, settings);
  }

  /** A link that opens the account's page, once. */
  async portalLink(accountId: number): Promise<string> {
    return String((await this.call('POST', `/v1/accounts/${accountId}/portal-links`))['url']);
  }

  /** Publishes a failed run. */
  async publishFailedRun(accountId: number, runId: number): Promise<void> {
    await this.call('POST', '/v1/events', this.failedRun(accountId, runId));
  }

  /** Publishes as many failed runs, in batches. */
  async publishMany(accountId: number, count: number): Promise<void> {
    for (let done = 0; done < count; done += 1000) {
      const events = Array.from({ length: Math.min(1000, count - done) }, (_, index) =>
        this.failedRun(accountId, done + index + 1),
      );
      await this.call('POST', '/v1/events/batch', { events });
    }
  }

  /** Waits until everything of the account has been delivered, or has failed. */
  async allFinished(accountId: number): Promise<void> {
    await waitFor(async () => {
      const path = `/v1/accounts/${accountId}/deliveries?limit=200`;
      const { deliveries } = (await this.call('GET', path)) as {
        deliveries: { finished_at: string | null }[];
      };
      return deliveries.length > 0 && deliveries.every(({ finished_at }) => finished_at !== null);
    });
  }

  async stop(): Promise<void> {
    const ended = new Promise((exit) => this.child.once('exit', exit));
    if (this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      await ended;
    }
    this.endpoint.closeAllConnections();
    await new Promise((closed) => this.endpoint.close(closed));
    rmSync(this.folder, { recursive: true, force: true });
    await this.database.drop();
  }

  private listen(): void {
    this.endpoint.on('request', (request, response) => {
      let body = '';
      request.on('data', (bytes) => (body += String(bytes)));
      request.on('end', () => {
        this.received.push(body);
        response.writeHead(this.answer.status, { 'content-type': 'application/json' }).end(this.answer.body);
      });
    });
  }

  private failedRun(accountId: number, runId: number) {
    return {
      event_type: 'run_failed',
      environment: 'production',
      account_id: accountId,
      data: {
        run_id: runId,
        run_status: 'failed',
        tenant_id: 7,
        tenant_name: 'Acme',
        integration_id: 3,
        integration_name: 'CRM sync',
      },
    };
  }
}
