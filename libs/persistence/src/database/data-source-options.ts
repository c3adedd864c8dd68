import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { entities } from '../entities/index.js';
import type { EmbeddedDatabase } from '../embedded-database/embedded-database.js';
import { migrations } from '../migrations/index.js';
import { plannerSettings } from './planner-settings.js';

/** Where a database is: a URL, or the folder of a unix socket named as PostgreSQL names it. */
export type DatabaseAddress = { readonly url: string } | { readonly socketFolder: string };

/** How connections to a database are kept. */
export interface ConnectionSettings {
  /** The most connections at once. */
  readonly poolSize: number;
  /** How long a statement waits for a connection before the database counts as not reachable, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Told of an idle connection that broke. The pool replaces it by itself. */
  readonly onConnectionLost: (error: Error) => void;
}

/** No statement here takes seconds; one that hangs must not hold its connection for ever. Migrations run without it. */
const statementTimeoutMs = 30_000;

const int8 = 20;
const json = 114;

/**
 * A data source for the database, not yet connected. It never changes the schema by itself. Where an embedded database
 * is given, destroying the data source ends it too.
 */
export function createDataSource(
  address: DatabaseAddress,
  settings: ConnectionSettings,
  embedded?: EmbeddedDatabase,
): DataSource {
  const options: DataSourceOptions = {
    type: 'postgres',
    ...('url' in address
      ? { url: address.url }
      : { host: address.socketFolder, port: 5432, username: 'postgres', database: 'postgres', ssl: false }),
    entities,
    migrations,
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    logging: false,
    applicationName: 'belfry',
    poolSize: settings.poolSize,
    connectTimeoutMS: settings.connectTimeoutMs,
    poolErrorHandler: settings.onConnectionLost,
    extra: {
      keepAlive: true,
      // A statement is sent without waiting for the answer to the one before it on the same connection.
      pipeline: true,
      statement_timeout: statementTimeoutMs,
      options: Object.entries(plannerSettings)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
      types: columnTypes(),
    },
  };
  return new OwningDataSource(options, embedded);
}

/** A data source that ends the embedded database it is connected to once its own connections are closed. */
class OwningDataSource extends DataSource {
  constructor(
    options: DataSourceOptions,
    private readonly embedded: EmbeddedDatabase | undefined,
  ) {
    super(options);
  }

  override async destroy(): Promise<void> {
    await super.destroy();
    await this.embedded?.close();
  }
}

/**
 * How column values are read, on these connections alone. Platform ids and counts are below 2^53, so `bigint` becomes a
 * number; `json` stays the text it is, so that a payload's bytes are never rewritten.
 */
function columnTypes(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(int8, Number);
  types.setTypeParser(json, (text: string) => text);
  return types;
}
