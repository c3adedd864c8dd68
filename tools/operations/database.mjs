/** The database of a rehearsal: one of its own on a PostgreSQL server, or an embedded one in a folder; backed up and restored. */
import { createDatabase, query } from '@belfry/kit/databases';
import { randomBytes } from 'node:crypto';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run-program.mjs';

/** A database on a server, named by the URL of any database there. Backups are made by `pg_dump` of the same version. */
export class ServerDatabase {
  isEmbedded = false;
  #server;
  #name = `belfry_rehearsal_${randomBytes(6).toString('hex')}`;

  static async create(server) {
    const database = new ServerDatabase();
    database.#server = server;
    await createDatabase(server, database.#name);
    return database;
  }

  get #url() {
    return Object.assign(new URL(this.#server), { pathname: `/${this.#name}` }).href;
  }

  get environment() {
    return { DATABASE_URL: this.#url };
  }

  query(text, parameters) {
    return query(this.#url, text, parameters);
  }

  backUp(folder) {
    return run('pg_dump', ['--format=custom', `--file=${join(folder, 'belfry.dump')}`, this.#url]);
  }

  destroy() {
    return query(this.#server, `DROP DATABASE IF EXISTS ${this.#name} WITH (FORCE)`);
  }

  async restore(folder) {
    await createDatabase(this.#server, this.#name);
    await run('pg_restore', ['--exit-on-error', `--dbname=${this.#url}`, join(folder, 'belfry.dump')]);
  }
}

/** An embedded database. It is copied while no process has it open. */
export class EmbeddedDatabase {
  isEmbedded = true;
  #folder;

  constructor(folder) {
    this.#folder = join(folder, 'data');
  }

  get environment() {
    return { DATA_DIR: this.#folder };
  }

  /** Through the socket of the process that has it open. */
  query(text, parameters) {
    const host = encodeURIComponent(join(this.#folder, 'database'));
    return query(`postgres://postgres@localhost/postgres?host=${host}`, text, parameters);
  }

  backUp(folder) {
    return cp(this.#folder, join(folder, 'copy'), { recursive: true, filter: isNoSocket });
  }

  destroy() {
    return rm(this.#folder, { recursive: true, force: true });
  }

  restore(folder) {
    return cp(join(folder, 'copy'), this.#folder, { recursive: true });
  }
}

function isNoSocket(path) {
  return !path.includes('.s.PGSQL.');
}
