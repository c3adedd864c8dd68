import { StorageUnavailable } from '@belfry/application';
import { rehearseWrite } from '../stores/write-rehearsal.js';
import { sessionOf } from './data-source-options.js';
import type { Database } from './database.js';
import { appliedMigrations, missingMigrations } from './migrate.js';

/**
 * A standby, a primary that was made one, and a database that an operator or its disk's guard has made read-only refuse it
 * (SQLSTATE 25006). That also gives the connection up, so that the pool's next one may lead to the new primary.
 */
const writesNothing = 'DELETE FROM idempotency_keys WHERE false';

/** Says whether the database can serve this process. */
export class DatabaseHealth {
  constructor(private readonly database: Database) {}

  /** The names of the migrations that were missing when this process opened the database, and were applied then. */
  get appliedAtOpening(): readonly string[] {
    return appliedMigrations(this.database.dataSource);
  }

  /** How the server is reached: through a pooler in transaction mode or not; null on the embedded database. */
  get isPooled(): boolean | null {
    return sessionOf(this.database.dataSource)?.isPooled ?? null;
  }

  /**
   * True where the database is reachable, has all of this version's migrations, and takes what is to be stored: it is not
   * read-only, and has not refused, for a reason that passes, what nobody could do since.
   */
  async check(): Promise<boolean> {
    const { database } = this;
    try {
      if ((await missingMigrations(database)).length > 0) return false;
      await database.statement(writesNothing, []);
      return await database.refusals.areOver(() => rehearseWrite(database));
    } catch (error) {
      if (error instanceof StorageUnavailable) return false;
      throw error;
    }
  }
}
