/** Starts the built API as a process of its own, as an operator would. */
import { waitFor } from '@belfry/kit/waiting';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { key, RestClient } from './rest-client.fixture.js';
import { SharedServer } from './shared-server.fixture.js';

export { key, type Answer, type RestClient, type SentHeaders } from './rest-client.fixture.js';

/** To make an embedded database takes many seconds on a busy machine. */
const startsWithinMs = 60_000;
const mainFile = resolve(__dirname, '../dist/main.js');

/** A running API process. */
export class Server extends RestClient {
  output = '';

  private constructor(
    readonly child: ChildProcess,
    readonly dataDirectory: string,
  ) {
    super();
    child.stdout!.on('data', (text) => (this.output += String(text)));
    child.stderr!.on('data', (text) => (this.output += String(text)));
  }

  /** Starts the API with these variables and waits until it is ready. */
  static async start(environment: Record<string, string> = {}): Promise<Server> {
    const server = Server.spawn(environment);
    await waitFor(
      () => {
        if (server.child.exitCode !== null) throw new Error(`the API ended: ${server.output}`);
        server.url = /Belfry is ready at (\S+)/.exec(server.output)?.[1] ?? '';
        return server.url !== '';
      },
      { withinMs: startsWithinMs },
    );
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

/** An API process and its database, for all tests of a file. */
export interface Platform {
  readonly server: RestClient;
  readonly databaseUrl: string;
}

/**
 * An API process for the tests of a file. Without `environment` it is the one that was started once for all such files,
 * emptied of what they left. With it, a process of this file's own is started, on a database of its own, and removed
 * after the tests: for settings, and for tests that stop things or count what the whole process did. `environment` is
 * asked once everything that was started by an earlier `beforeAll` stands.
 */
export function platformForThisFile(environment?: () => Record<string, string>): Platform {
  if (environment === undefined) return sharedPlatform();
  let database: Awaited<ReturnType<typeof createEmptyDatabase>> | undefined;
  let server: Server | undefined;
  beforeAll(async () => {
    database = await createEmptyDatabase();
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

function sharedPlatform(): Platform {
  const server = SharedServer.ofThisWorker();
  beforeAll(() => server.empty());
  return { server, databaseUrl: server.databaseUrl };
}
