/** The built API as a process of its own, as an operator would start it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { end, hasEnded } from './child-processes.ts';
import { RestClient } from './rest-client.ts';
import { waitFor } from './waiting.ts';

/** What `npm run build` made of the API. */
export const builtApi = fileURLToPath(new URL('../../../apps/api/dist/main.js', import.meta.url));

/** To make an embedded database takes many seconds on a busy machine. */
const startsWithinMs = 120_000;

/** Variables of a process; undefined takes away one that would be set by default. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How the process is started. */
export interface StartOptions {
  /** Another build than that of this checkout. */
  readonly mainFile?: string;
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[];
}

/** A running API process. */
export class BelfryProcess extends RestClient {
  output = '';
  readonly child: ChildProcess;
  /** `DATA_DIR`: a new folder, unless one is named. */
  readonly dataDirectory: string;

  private constructor(child: ChildProcess, dataDirectory: string) {
    super();
    this.child = child;
    this.dataDirectory = dataDirectory;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
  }

  /** Starts a process with these variables and waits until it is ready. */
  static async start(environment: Environment = {}, options?: StartOptions): Promise<BelfryProcess> {
    const belfry = BelfryProcess.spawn(environment, options);
    try {
      return await belfry.ready();
    } catch (error) {
      await belfry.end('SIGKILL');
      throw error;
    }
  }

  /** Starts a process and does not wait. Of this process's own environment it has the PATH alone. */
  static spawn(
    environment: Environment,
    { mainFile = builtApi, nodeOptions = [] }: StartOptions = {},
  ): BelfryProcess {
    const dataDirectory = environment['DATA_DIR'] ?? mkdtempSync(join(tmpdir(), 'belfry-'));
    const child = spawn(process.execPath, [...nodeOptions, mainFile], {
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        DATA_DIR: dataDirectory,
        WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8',
        ...environment,
      },
      cwd: tmpdir(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new BelfryProcess(child, dataDirectory);
  }

  /** Waits until the process is ready. Throws, with what it said, where it ends before. */
  async ready(): Promise<this> {
    this.url = await waitFor(
      () => {
        if (this.hasEnded) throw new Error(`the API ended: ${this.output}`);
        return /Belfry is ready at (\S+)/.exec(this.output)?.[1];
      },
      { what: 'a process that is ready', withinMs: startsWithinMs },
    );
    return this;
  }

  /** Whether the process is gone. */
  get hasEnded(): boolean {
    return hasEnded(this.child);
  }

  /** What the process logged as an error. */
  get errors(): string[] {
    return this.output.split('\n').filter((line) => /^\{"level":[56]0/.test(line));
  }

  /** Ends the process; answers its exit code, null where a signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null> {
    return end(this.child, signal);
  }

  /** Ends the process and removes its folder. */
  async remove(): Promise<void> {
    await this.end();
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }
}
