import { StorageUnavailable } from '@belfry/application';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { openEmbeddedDatabase, type EmbeddedDatabase } from '../embedded-database/embedded-database.js';
import { createDataSource } from './data-source-options.js';
import { Database } from './database.js';
import { examineServer, type ExaminedServer } from './examine-server.js';
import { applyMigrations, applyMigrationsAtOnce, applyMigrationsBy, missingMigrations } from './migrate.js';
import { defaultSchema, searchPathOf } from './schema.js';
import { SessionSettings } from './session.js';
import { sqlStateOf, storageFailure } from './storage-failure.js';

/** PostgreSQL's default is 100 connections in all: ten processes fit. */
const usualPoolSize = 10;
const serverTimeoutMs = 5_000;

/** The embedded database has one connection, for which statements wait in turn: a long turn is no outage. */
const embeddedTimeoutMs = 60_000;

/** How long one that joins waits for the owner's migrations. */
const migratedWithin = { times: 100, everyMs: 100 };

/** A PostgreSQL server, and how many connections to hold at most (10). */
export interface DatabaseServer {
  readonly databaseUrl: string;
  /** `transaction` where the URL is known to lead to a pooler in transaction mode; otherwise that is found out. */
  readonly pooler?: 'transaction' | undefined;
  /** The schema of the tables (`belfry`), which is created where it does not exist. */
  readonly schema?: string | undefined;
  /** The server itself where the URL leads to a pooler: to listen for hints, and for migrations. */
  readonly directUrl?: string | undefined;
  readonly poolSize?: number | undefined;
  /** How many more to hold at most for what is only read (2). */
  readonly readPoolSize?: number | undefined;
}

/** A folder for the embedded database. */
export interface EmbeddedDatabaseChoice {
  readonly dataDirectory: string;
  /** The schema of the tables (`belfry`). */
  readonly schema?: string | undefined;
  /** True for a tool that may use the database of a process that is running on the same folder. */
  readonly join?: boolean | undefined;
  /** Told, in a sentence, when the disk is nearly full, so that nothing is stored, and when it stores again. */
  readonly tell?: ((line: string) => void) | undefined;
}

/** Told of an idle connection that broke; the pool replaces it by itself. */
export type ConnectionLost = (error: Error) => void;

/**
 * Connects to the database and applies missing migrations. Throws `StorageUnavailable` where it can't be reached, and an
 * error that names the fault, never the URL, where it is refused.
 */
export function openDatabase(
  choice: DatabaseServer | EmbeddedDatabaseChoice,
  onConnectionLost: ConnectionLost,
): Promise<DataSource> {
  return 'databaseUrl' in choice
    ? openServer(choice, onConnectionLost)
    : openEmbedded(choice, onConnectionLost);
}

async function openServer(server: DatabaseServer, onConnectionLost: ConnectionLost): Promise<DataSource> {
  const { databaseUrl: url, directUrl, poolSize = usualPoolSize } = server;
  const session = await sessionFor(server);
  const settings = { connectTimeoutMs: serverTimeoutMs, onConnectionLost };
  const dataSource = createDataSource({ url, session }, { ...settings, poolSize });
  const direct =
    directUrl === undefined
      ? null
      : createDataSource(
          { url: directUrl, session: new SessionSettings(session.schema, false) },
          { ...settings, poolSize: 1 },
        );
  const migrate =
    direct !== null
      ? (migrated: DataSource) => applyMigrationsBy(direct, migrated)
      : session.isPooled
        ? applyMigrationsAtOnce
        : applyMigrations;
  return connectAnd(migrate, dataSource);
}

/** Looks at the server, and says how sessions with it are to be set up. Throws where its encoding can't hold every text. */
async function sessionFor({
  databaseUrl,
  pooler,
  schema = defaultSchema,
}: DatabaseServer): Promise<SessionSettings> {
  let server: ExaminedServer;
  try {
    server = await examineServer(databaseUrl, pooler);
  } catch (error) {
    throw describeFailure(error, databaseUrl);
  }
  if (server.encoding !== 'UTF8') throw new Error(wrongEncoding(server.encoding));
  return new SessionSettings(schema, server.pooling === 'transaction');
}

/** What is wrong with a database whose encoding is not UTF8, and what to do. */
export function wrongEncoding(encoding: string): string {
  return `the database's encoding is ${encoding}, which can't hold every name and payload: create one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and point DATABASE_URL at it`;
}

async function openEmbedded(
  { dataDirectory, schema = defaultSchema, join = false, tell }: EmbeddedDatabaseChoice,
  onConnectionLost: ConnectionLost,
): Promise<DataSource> {
  const embedded: EmbeddedDatabase = await openEmbeddedDatabase(dataDirectory, { join, schema, tell });
  const settings = { poolSize: 1, connectTimeoutMs: embeddedTimeoutMs, onConnectionLost };
  const dataSource = createDataSource({ socketFolder: embedded.socketFolder, schema }, settings, embedded);
  // Session locks do not exclude there, so only the owner migrates.
  return connectAnd(embedded.owned ? applyMigrations : waitForMigrations, dataSource).catch(
    async (error: unknown) => {
      if (!dataSource.isInitialized) await embedded.close();
      throw error;
    },
  );
}

async function connectAnd(
  prepare: (dataSource: DataSource) => Promise<void>,
  dataSource: DataSource,
): Promise<DataSource> {
  try {
    await dataSource.initialize();
    listenToConnections(dataSource);
    await prepare(dataSource);
    return dataSource;
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    throw describeFailure(storageFailure(error));
  }
}

/**
 * Whoever uses a connection that breaks hears of it by their statement, and the pool of idle ones. Between the two, for a
 * moment, nobody listens, and Node ends a process for an error event that nobody listens to.
 */
function listenToConnections(dataSource: DataSource): void {
  const { master } = dataSource.driver as PostgresDriver;
  const known = new WeakSet<pg.PoolClient>();
  (master as pg.Pool).on('acquire', (client) => {
    if (known.has(client)) return;
    known.add(client);
    client.on('error', () => undefined);
  });
}

async function waitForMigrations(dataSource: DataSource): Promise<void> {
  const database = new Database(dataSource);
  await requireSchemaOfOwner(database);
  for (let asked = 0; asked < migratedWithin.times; asked += 1) {
    if ((await missingMigrations(database)).length === 0) return;
    await pause(migratedWithin.everyMs);
  }
  throw new Error(
    'the process that runs the embedded database has an older version: restart it with this one',
  );
}

/** The embedded database has one session, whose schema its owner has set. */
export async function requireSchemaOfOwner(database: Database): Promise<void> {
  const [row] = await database.statement<{ search_path: string }>('SHOW search_path', []);
  if (row?.search_path !== searchPathOf(database.schema))
    throw new Error(
      `the process that runs the embedded database keeps its tables in the schema ${row?.search_path}: ` +
        'give this one the same DATABASE_SCHEMA',
    );
}

/** The failure with the driver's words for it, which name the fault and never the URL; and what to look at. */
export function describeFailure(failure: unknown, url?: string): unknown {
  if (!(failure instanceof StorageUnavailable)) return failure;
  const { message, code } = failure.cause as NodeJS.ErrnoException;
  // Where every address of a name was tried in vain, Node's error has a code and no message.
  const reason = message === '' ? code : message;
  if (failure.fault === 'unreachable')
    failure.message = /^28/.test(sqlStateOf(failure) ?? '')
      ? `the database refuses the log-in: ${reason}. Check the user and the password in DATABASE_URL`
      : `${failure.message}: ${reason}`;
  const sslmode = url === undefined ? null : new URL(url).searchParams.get('sslmode');
  if (sslmode !== null && sslmode !== 'disable')
    failure.message += ` (sslmode=${sslmode.replace(/[^a-z-]/g, '')} in DATABASE_URL: the connection must be by TLS${sslmode === 'no-verify' ? '' : ', with a certificate that is valid for the name'})`;
  return failure;
}
