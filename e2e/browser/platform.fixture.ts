/** Belfry on a database of its own, with a real endpoint that accounts send webhooks to. */
import { BelfryProcess, type Environment } from '@belfry/kit/belfry-process';
import { createEmptyDatabase, type EmptyDatabase } from '@belfry/kit/databases';
import { Endpoint } from '@belfry/kit/endpoint';
import { key } from '@belfry/kit/rest-client';
import { failedRun } from '@belfry/kit/sample-events';
import { waitFor } from '@belfry/kit/waiting';

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
  readonly environment?: Environment;
}

/** A platform: it publishes events, asks for portal links, and knows its accounts' endpoint. */
export class Platform {
  readonly answer: EndpointAnswer = { status: 200, body: '{"received":true}' };

  private constructor(
    private readonly belfry: BelfryProcess,
    private readonly endpoint: Endpoint,
    private readonly database: EmptyDatabase,
    private readonly key: string,
  ) {
    endpoint.behaviour = (_request, socket) => {
      const { status, body } = this.answer;
      const head = `HTTP/1.1 ${status} OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
      socket.write(`${head}\r\n\r\n${body}`);
    };
  }

  /**
   * Starts everything. A newcomer has no key yet: the API makes the sample account, and prints a key. Where no mail server
   * listens, mails wait.
   */
  static async start({
    isNewcomers = false,
    isWithoutMailServer = false,
    environment = {},
  }: PlatformOptions = {}): Promise<Platform> {
    const [database, endpoint] = await Promise.all([createEmptyDatabase(), Endpoint.start()]);
    const belfry = await BelfryProcess.start({
      DATABASE_URL: database.url,
      ...(isNewcomers ? {} : { BOOTSTRAP_API_KEY: key }),
      // The discard port: nothing listens there.
      ...(isWithoutMailServer ? { SMTP_URL: 'smtp://127.0.0.1:9' } : {}),
      LOG_LEVEL: 'warn',
      ...environment,
    });
    const printedKey = () => /API key \(shown only once\): (\S+)\n/.exec(belfry.output)?.[1];
    return new Platform(belfry, endpoint, database, isNewcomers ? await waitFor(printedKey) : key);
  }

  get url(): string {
    return this.belfry.url;
  }

  /** The endpoint's URL, with a secret in its query. */
  get endpointUrl(): string {
    return this.endpoint.url();
  }

  /** The bodies that the endpoint was sent. */
  get received(): string[] {
    return this.endpoint.requests.map(({ body }) => body);
  }

  /** Calls the API with the platform's key; answers the body. */
  async call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.belfry.request(method, path, body, { authorization: `Bearer ${this.key}` });
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Record<string, unknown>;
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
    await this.call('POST', '/v1/events', failedRun(accountId, runId));
  }

  /** Publishes as many failed runs, in batches. */
  async publishMany(accountId: number, count: number): Promise<void> {
    for (let done = 0; done < count; done += 1000) {
      const events = Array.from({ length: Math.min(1000, count - done) }, (_, index) =>
        failedRun(accountId, done + index + 1),
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
    await this.belfry.remove();
    await this.endpoint.stop();
    await this.database.drop();
  }
}
