import { QueueSignal } from '@belfry/application';
import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { connectAnd, type ConnectionLost } from '../database/connect.js';
import { createDataSource } from '../database/data-source-options.js';
import { Database } from '../database/database.js';
import { lookAt, type InspectedDatabase } from '../database/inspect-database.js';
import { applyMigrations, missingMigrations } from '../database/migrate.js';
import type { ChosenDatabase } from '../database/open-database.js';
import { defaultSchema, searchPathOf } from '../database/schema.js';
import { embeddedFiles } from './database-folder.js';
import { openEmbeddedDatabase } from './embedded-database.js';

/** There is one connection, for which statements wait in turn: a long turn is no outage. */
const timeoutMs = 60_000;
/** How long one that joins waits for the owner's migrations. */
const migratedWithin = { times: 100, everyMs: 100 };

/** A folder for the embedded database. */
export interface EmbeddedDatabaseChoice {
  readonly dataDirectory: string;
  /** The schema of the tables (`belfry`). */
  readonly schema?: string | undefined;
  /** True for a tool that may use the database of a process that is running on the same folder. */
  readonly join?: boolean | undefined;
}

/** A folder that was chosen for the embedded database. */
export class ChosenFolder implements ChosenDatabase {
  readonly schema: string;
  readonly readConnections = 1;

  constructor(private readonly choice: EmbeddedDatabaseChoice) {
    this.schema = choice.schema ?? defaultSchema;
  }

  /** `tell` hears when the disk is nearly full, so that nothing is stored, and when it stores again. */
  async open(onConnectionLost: ConnectionLost, tell?: (line: string) => void): Promise<DataSource> {
    const { schema } = this;
    const { dataDirectory, join = false } = this.choice;
    const embedded = await openEmbeddedDatabase(dataDirectory, { join, schema, tell });
    const dataSource = createDataSource(
      { ...embedded, schema },
      { poolSize: 1, connectTimeoutMs: timeoutMs, onConnectionLost },
    );
    // Session locks do not exclude there, so only the owner migrates.
    return connectAnd(embedded.owned ? applyMigrations : untilMigrated, dataSource).catch(
      async (error: unknown) => {
        if (!dataSource.isInitialized) await embedded.close();
        throw error;
      },
    );
  }

  /** One that a running process has open is joined. */
  async inspect(): Promise<InspectedDatabase | null> {
    const { schema } = this;
    if (!(await exists(embeddedFiles(this.choice.dataDirectory)))) return null;
    const embedded = await openEmbeddedDatabase(this.choice.dataDirectory, { join: true, schema });
    try {
      const address = { ...embedded, schema, close: () => Promise.resolve() };
      return {
        ...(await lookAt(address, requireSchemaOfOwner)),
        encoding: 'UTF8',
        pooling: 'none',
      };
    } finally {
      await embedded.close();
    }
  }

  signal(): QueueSignal {
    return new NoSignal();
  }
}

/** Notifications do not cross connections there: workers look once a second, and their own process tells them directly. */
class NoSignal extends QueueSignal {
  announce(): void {}
  listen(): void {}
}

async function untilMigrated(dataSource: DataSource): Promise<void> {
  const database = new Database(dataSource);
  await requireSchemaOfOwner(database);
  for (let asked = 0; asked < migratedWithin.times; asked += 1) {
    if ((await missingMigrations(database)).length === 0) return;
    await pause(migratedWithin.everyMs);
  }
  throw new Error(
    'the process that runs the embedded database is an older version: restart it with this one',
  );
}

/** There is one session, whose schema its owner has set. */
async function requireSchemaOfOwner(database: Database): Promise<void> {
  const [row] = await database.statement<{ search_path: string }>('SHOW search_path', []);
  if (row?.search_path !== searchPathOf(database.schema))
    throw new Error(
      `the process that runs the embedded database keeps its tables in the schema ${row?.search_path}: ` +
        'set the same DATABASE_SCHEMA here',
    );
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
