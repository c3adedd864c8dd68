import { stat } from 'node:fs/promises';
import { openEmbeddedDatabase, type EmbeddedDatabase } from '../embedded-database/embedded-database.js';
import { embeddedFiles } from '../embedded-database/database-folder.js';
import { createDataSource } from './data-source-options.js';
import { Database } from './database.js';
import { examineServer, type ExaminedServer, type Pooling } from './examine-server.js';
import { missingMigrations, unknownMigrations } from './migrate.js';
import { defaultSchema } from './schema.js';
import {
  describeFailure,
  requireSchemaOfOwner,
  type DatabaseServer,
  type EmbeddedDatabaseChoice,
} from './open-database.js';
import { SessionSettings } from './session.js';
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

/**
 * Looks at a database and changes nothing in it: no migration is applied. Null for an embedded database that was not
 * made yet. An embedded database that a running process has open is joined. Throws like `openDatabase`.
 */
export async function inspectDatabase(
  choice: DatabaseServer | EmbeddedDatabaseChoice,
): Promise<InspectedDatabase | null> {
  if ('databaseUrl' in choice) return lookAtServer(choice);
  if (!(await exists(embeddedFiles(choice.dataDirectory)))) return null;
  const { schema = defaultSchema } = choice;
  const embedded = await openEmbeddedDatabase(choice.dataDirectory, { join: true, schema });
  return {
    ...(await look({ socketFolder: embedded.socketFolder, schema }, embedded)),
    encoding: 'UTF8',
    pooling: 'none',
  };
}

async function lookAtServer({
  databaseUrl: url,
  pooler,
  schema = defaultSchema,
}: DatabaseServer): Promise<InspectedDatabase> {
  let server: ExaminedServer;
  try {
    server = await examineServer(url, pooler);
  } catch (error) {
    throw describeFailure(error, url);
  }
  const { encoding, pooling } = server;
  const session = new SessionSettings(schema, pooling === 'transaction');
  return { ...(await look({ url, session })), encoding, pooling };
}

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

async function look(
  address: Parameters<typeof createDataSource>[0],
  embedded?: EmbeddedDatabase,
): Promise<Omit<InspectedDatabase, 'encoding' | 'pooling'>> {
  const dataSource = createDataSource(address, settings);
  try {
    await dataSource.initialize();
    const database = new Database(dataSource);
    if (embedded !== undefined) await requireSchemaOfOwner(database);
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
    await embedded?.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
