/**
 * What a run does to the storage while the database itself goes on: it becomes read-only, or its disk is full. The disk is
 * a real one, in memory, wherever one can be mounted. Else PostgreSQL is made to refuse what is stored by the SQLSTATE of
 * a full disk, and the embedded database is spared.
 */
import { smallDisk } from '@belfry/kit/small-disk';

/** In MiB. It is in memory, of which it takes what is written. */
const diskSize = 4_096;
/** Below what the embedded database keeps free, as where another program fills the disk. */
const leftToEmbedded = { least: 20, most: 50 };

const tables = ['events', 'deliveries', 'attempts'];
const refuse = `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'no room, says the run' USING ERRCODE = '53100'; END $$`;

/** The faults that each database knows. */
export const storageFaults = { postgres: ['disk full', 'read-only'], embedded: ['disk full'] };

/** Begins and ends faults of the storage. */
export class StorageFaults {
  /** Null where none could be mounted. */
  disk = /** @type {import('@belfry/kit/small-disk').SmallDisk | null} */ (null);
  #embedded;
  #random;

  /**
   * @param {{ embedded: boolean, random: import('./seeded-random.mjs').SeededRandom }} settings
   */
  constructor({ embedded, random }) {
    this.#embedded = embedded;
    this.#random = random;
  }

  /**
   * Mounts the disk: before the database is made.
   * @param {string} [as] whose owner it is to belong to
   */
  async mount(as) {
    this.disk = await smallDisk(diskSize, as);
  }

  /**
   * Moves what grows to the disk.
   * @param {import('@belfry/kit/postgres-server').PostgresServer} postgres
   */
  async moveTables(postgres) {
    if (this.disk === null) return;
    await postgres.query(`CREATE TABLESPACE small LOCATION '${this.disk.folder}'`);
    for (const table of tables) await postgres.query(`ALTER TABLE ${table} SET TABLESPACE small`);
  }

  /** The faults that can be had here. */
  get possible() {
    if (!this.#embedded) return storageFaults.postgres;
    return this.disk === null ? [] : storageFaults.embedded;
  }

  /**
   * Begins a fault.
   * @param {string} fault one of `possible`
   * @param {import('@belfry/kit/postgres-server').PostgresServer | null} postgres null with the embedded database, which knows one fault
   */
  async begin(fault, postgres) {
    if (fault === 'read-only') await setReadOnly(postgres, 'on');
    else if (this.disk !== null)
      await this.disk.fill(
        this.#embedded ? Math.floor(this.#random.between(leftToEmbedded.least, leftToEmbedded.most)) : 0,
      );
    else if (postgres !== null) {
      await postgres.query(refuse);
      for (const table of tables)
        await postgres.query(
          `CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION refuse()`,
        );
    }
  }

  /** Ends what `begin` began. */
  async end(fault, postgres) {
    if (fault === 'read-only') await setReadOnly(postgres, 'off');
    else if (this.disk !== null) await this.disk.makeRoom();
    else for (const table of tables) await postgres?.query(`DROP TRIGGER refuse ON ${table}`);
  }
}

async function setReadOnly(postgres, value) {
  await postgres.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
  await postgres.query('SELECT pg_reload_conf()');
}
