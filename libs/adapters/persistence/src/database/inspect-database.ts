import { describeFailure } from './connect.js';
import { createDataSource, type DatabaseAddress } from './data-source-options.js';
import { Database } from './database.js';
import type { Pooling } from './examine-server.js';
import { missingMigrations, unknownMigrations } from './migrate.js';
import { storageFailure } from './storage-failure.js';

/** What a look at a database found. */
export interface InspectedDatabase {
  /** The server's version, such as `16.4`. */
  readonly version: string;
  /** The first number of the version. */
  readonly majorVersion: number;
  /** The names of this version's migrations that the database does not have. */
  readonly missingMigrations: readonly string[];
  /** The names of migrations that the database has and this version does not know: a newer version was here. */
  readonly unknownMigrations: readonly string[];
  /** What the database takes of its server's disk, in bytes. */
  readonly sizeBytes: number;
  /** How many connections the server takes in all from ordinary users, and how many of them are in use. */
  readonly connections: { readonly most: number; readonly used: number };
  /** How texts are kept: UTF8, or it can't be used. */
  readonly encoding: string;
  /** Whether a pooler is in between, and which sessions it gives. */
  readonly pooling: Pooling;
  /** How far the database's clock is ahead of this process's, in milliseconds, give or take half a round trip. */
  readonly clockAheadMs: number;
}

/** Nothing else is done on this connection. */
const settings = { poolSize: 1, connectTimeoutMs: 5_000, onConnectionLost: () => undefined };

interface InspectedRow {
  readonly number: number;
  readonly version: string;
  readonly now: Date;
}

interface AmountsRow {
  readonly size: number;
  readonly most: number;
  readonly used: number;
}

/** Looks at a database and changes nothing in it: no migration is applied. `check` throws where it is not to be looked at. */
export async function lookAt(
  address: DatabaseAddress,
  check?: (database: Database) => Promise<void>,
): Promise<Omit<InspectedDatabase, 'encoding' | 'pooling'>> {
  const dataSource = createDataSource(address, settings);
  try {
    await dataSource.initialize();
    const database = new Database(dataSource);
    await check?.(database);
    const asked = Date.now();
    const [row] = await database.statement<InspectedRow>(
      `SELECT current_setting('server_version_num')::integer AS number,
              current_setting('server_version') AS version, clock_timestamp() AS now`,
      [],
    );
    const middle = (asked + Date.now()) / 2;
    const [amounts] = await database.statement<AmountsRow>(
      `SELECT pg_database_size(current_database()) AS size,
              current_setting('max_connections')::integer
                - current_setting('superuser_reserved_connections')::integer AS most,
              (SELECT sum(numbackends) FROM pg_stat_database)::integer AS used`,
      [],
    );
    return {
      version: row!.version,
      majorVersion: Math.floor(row!.number / 10_000),
      missingMigrations: await missingMigrations(database),
      unknownMigrations: await unknownMigrations(database),
      sizeBytes: amounts!.size,
      connections: { most: amounts!.most, used: amounts!.used },
      clockAheadMs: Math.round(row!.now.getTime() - middle),
    };
  } catch (error) {
    throw describeFailure(storageFailure(error));
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}
