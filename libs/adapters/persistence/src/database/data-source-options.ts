import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { entities } from '../entities/index.js';
import { migrations } from '../migrations/index.js';
import { defaultSchema } from './schema.js';
import type { SessionSettings } from './session.js';

/**
 * Where a database is: a URL, with how its sessions are to be set up; or the folder of a unix socket named as PostgreSQL
 * names it, behind which there is one session for all, with its schema set, and what is to be closed after the connections.
 */
export type DatabaseAddress =
  | { readonly url: string; readonly session: SessionSettings }
  | { readonly socketFolder: string; readonly schema: string; close(): Promise<void> };

/** How connections to a database are kept. */
export interface ConnectionSettings {
  /** The most connections at once. */
  readonly poolSize: number;
  /** How long a statement waits for a connection before the database counts as not reachable, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Told of an idle connection that broke. The pool replaces it automatically. */
  readonly onConnectionLost: (error: Error) => void;
}

const int8 = 20;
const json = 114;

/** A data source for the database, not yet connected. It never changes the schema on its own. */
export function createDataSource(address: DatabaseAddress, settings: ConnectionSettings): DataSource {
  const session = 'url' in address ? address.session : null;
  const options: DataSourceOptions = {
    type: 'postgres',
    ...('url' in address
      ? { url: address.url, schema: address.session.schema }
      : {
          host: address.socketFolder,
          schema: address.schema,
          port: 5432,
          username: 'postgres',
          database: 'postgres',
          ssl: false,
        }),
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
      onConnect: (client: pg.ClientBase) => session?.begin(client),
      types: columnTypes(),
    },
  };
  return new AddressedDataSource(options, session, address);
}

/** How the sessions of a data source's connections are set up; null where there is one for all, set up already. */
export function sessionOf(dataSource: DataSource): SessionSettings | null {
  return dataSource instanceof AddressedDataSource ? dataSource.session : null;
}

/** The schema of a data source's tables. */
export function schemaOf({ options }: DataSource): string {
  return (options as PostgresDataSourceOptions).schema ?? defaultSchema;
}

/** A data source that knows how its sessions are set up, and closes what its address asks for. */
class AddressedDataSource extends DataSource {
  constructor(
    options: DataSourceOptions,
    readonly session: SessionSettings | null,
    private readonly address: DatabaseAddress,
  ) {
    super(options);
  }

  override async destroy(): Promise<void> {
    await super.destroy();
    if ('close' in this.address) await this.address.close();
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
