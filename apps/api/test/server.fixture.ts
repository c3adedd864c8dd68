/** Starts the built API as a process of its own, as an operator would, and talks HTTP to it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';

const mainFile = resolve(__dirname, '../dist/main.js');

/** The key that tests of REST use. */
export const key = 'test-key-of-the-platform';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What comes back is what the test is about: it says itself what it expects.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** Headers of a request; undefined takes away one that would be sent by itself. */
export type SentHeaders = Record<string, string | undefined>;

/** A running API process. */
export class Server {
  output = '';

  private constructor(
    readonly child: ChildProcess,
    readonly dataDirectory: string,
  ) {
    child.stdout!.on('data', (text) => (this.output += String(text)));
    child.stderr!.on('data', (text) => (this.output += String(text)));
  }

  url = '';

  /** Starts the API with these variables and waits until it is ready. */
  static async start(environment: Record<string, string> = {}): Promise<Server> {
    const server = Server.spawn(environment);
    await waitFor(() => {
      if (server.child.exitCode !== null) throw new Error(`the API ended: ${server.output}`);
      server.url = /Belfry is ready at (\S+)/.exec(server.output)?.[1] ?? '';
      return server.url !== '';
    });
    return server;
  }

  /** Starts the API and does not wait. */
  static spawn(environment: Record<string, string>): Server {
    const dataDirectory = environment['DATA_DIR'] ?? mkdtempSync(join(tmpdir(), 'belfry-test-'));
    const { PATH } = process.env;
    const child = spawn(process.execPath, [mainFile], {
      env: {
        PATH,
        PORT: '0',
        DATA_DIR: dataDirectory,
        WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8',
        ...environment,
      },
      cwd: tmpdir(),
    });
    return new Server(child, dataDirectory);
  }

  /** Sends a request. Text and bytes are sent as they stand, anything else as JSON; a header that is undefined is left out. */
  async request(method: string, path: string, body?: unknown, headers: SentHeaders = {}): Promise<Answer> {
    const all: SentHeaders = {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined),
      // As bytes: fetch adds a content type of its own to text.
      ...(body === undefined ? {} : { body: Buffer.from(isRaw ? body : JSON.stringify(body)) }),
      redirect: 'manual',
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  get(path: string, headers?: SentHeaders): Promise<Answer> {
    return this.request('GET', path, undefined, headers);
  }

  post(path: string, body: unknown, headers?: SentHeaders): Promise<Answer> {
    return this.request('POST', path, body, headers);
  }

  put(path: string, body: unknown, headers?: SentHeaders): Promise<Answer> {
    return this.request('PUT', path, body, headers);
  }

  patch(path: string, body: unknown, headers?: SentHeaders): Promise<Answer> {
    return this.request('PATCH', path, body, headers);
  }

  /** Makes an account with settings. */
  async makeAccount(accountId: number, settings: object = {}): Promise<void> {
    const account = {
      account_name: 'Acme Inc',
      primary_contact: { name: 'Pat Doe', email: 'pat@acme.example.com' },
    };
    const made = await this.put(`/v1/accounts/${accountId}`, account);
    if (made.status !== 201) throw new Error(`the account was not made: ${JSON.stringify(made.body)}`);
    const set = await this.put(`/v1/accounts/${accountId}/notification-settings`, settings);
    if (set.status !== 200) throw new Error(`the settings were not taken: ${JSON.stringify(set.body)}`);
  }

  /** Makes an API key with these scopes, of one account or of all; answers the header that carries it. */
  async makeKey(
    scopes: readonly string[],
    accountId: number | null = null,
  ): Promise<{ authorization: string }> {
    const made = await this.post('/v1/api-keys', { name: 'Key of a test', account_id: accountId, scopes });
    if (made.status !== 201) throw new Error(`the key was not made: ${JSON.stringify(made.body)}`);
    return { authorization: `Bearer ${made.body.key}` };
  }

  /** Waits until no delivery of the account is under way, and answers them all, newest first. */
  async finishedDeliveries(accountId: number, expected: number): Promise<Answer['body'][]> {
    let deliveries: Answer['body'][] = [];
    await waitFor(async () => {
      deliveries = (await this.get(`/v1/accounts/${accountId}/deliveries?limit=200`)).body.deliveries;
      return (
        deliveries.length >= expected &&
        deliveries.every(({ status }) => status !== 'queued' && status !== 'sending')
      );
    });
    return deliveries;
  }

  /** Ends the process; answers its exit code. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    this.child.kill(signal);
    return ended;
  }

  /** Ends the process and removes its folder. */
  async remove(): Promise<void> {
    await this.end();
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }
}

/** An API process on a database of its own, for all tests of a file. */
export interface Platform {
  readonly server: Server;
  readonly databaseUrl: string;
}

/**
 * Starts an API process before the tests of a file, and ends and removes it after them. `environment` is asked once
 * everything that was started by an earlier `beforeAll` stands.
 */
export function platformForThisFile(environment: () => Record<string, string> = () => ({})): Platform {
  let database: Awaited<ReturnType<typeof makeDatabase>> | undefined;
  let server: Server | undefined;
  beforeAll(async () => {
    database = await makeDatabase();
    server = await Server.start({ DATABASE_URL: database.url, BOOTSTRAP_API_KEY: key, ...environment() });
  });
  afterAll(async () => {
    // Each may be missing where setting up failed; none may keep the test run from ending.
    await server?.remove();
    await database?.drop();
  });
  const started = <Thing>(thing: Thing | undefined): Thing => {
    if (thing === undefined) throw new Error('it was not started');
    return thing;
  };
  return {
    get server() {
      return started(server);
    },
    get databaseUrl() {
      return started(database).url;
    },
  };
}

/** A database of this test alone. */
export async function makeDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const admin = process.env['BELFRY_TEST_POSTGRES_URL']!;
  const name = `test_${randomBytes(8).toString('hex')}`;
  await query(admin, `CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => query(admin, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/** Runs one statement. */
export async function query(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Waits until something is so; gives up after 20 s. */
export async function waitFor(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('it did not come about within 20 s');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
