import type { QueueSignal } from '@belfry/application';
import type { DataSource } from 'typeorm';
import { PostgresQueueSignal } from '../queue/queue-signal.js';
import { connectAnd, describeFailure, type ConnectionLost } from './connect.js';
import { createDataSource, sessionOf } from './data-source-options.js';
import type { Database } from './database.js';
import { examineServer, type ExaminedServer } from './examine-server.js';
import { lookAt, type InspectedDatabase } from './inspect-database.js';
import { applyMigrations, applyMigrationsAtOnce, applyMigrationsBy } from './migrate.js';
import type { ChosenDatabase } from './open-database.js';
import { defaultSchema } from './schema.js';
import { SessionSettings } from './session.js';

/** PostgreSQL's default is 100 connections in all: ten processes fit. */
const usualPoolSize = 10;
/** Two reads at a time keep two of a server's processors busy, and leave the others to the intake and the queue. */
const usualReadConnections = 2;
const serverTimeoutMs = 5_000;

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

/** A server that was chosen. */
export class ChosenServer implements ChosenDatabase {
  readonly schema: string;
  readonly readConnections: number;

  constructor(private readonly server: DatabaseServer) {
    this.schema = server.schema ?? defaultSchema;
    this.readConnections = server.readPoolSize ?? usualReadConnections;
  }

  async open(onConnectionLost: ConnectionLost): Promise<DataSource> {
    const { databaseUrl: url, directUrl, poolSize = usualPoolSize } = this.server;
    const { encoding, session } = await this.examine();
    if (encoding !== 'UTF8') throw new Error(wrongEncoding(encoding));
    const settings = { connectTimeoutMs: serverTimeoutMs, onConnectionLost };
    const dataSource = createDataSource({ url, session }, { ...settings, poolSize });
    if (directUrl === undefined)
      return connectAnd(session.isPooled ? applyMigrationsAtOnce : applyMigrations, dataSource);
    const direct = createDataSource(
      { url: directUrl, session: new SessionSettings(this.schema, false) },
      { ...settings, poolSize: 1 },
    );
    return connectAnd((migrated) => applyMigrationsBy(direct, migrated), dataSource);
  }

  async inspect(): Promise<InspectedDatabase> {
    const { encoding, pooling, session } = await this.examine();
    return { ...(await lookAt({ url: this.server.databaseUrl, session })), encoding, pooling };
  }

  /** A pooler in transaction mode can't be listened through. */
  signal(database: Database): QueueSignal {
    const { databaseUrl, directUrl } = this.server;
    const isPooled = sessionOf(database.dataSource)?.isPooled === true;
    return new PostgresQueueSignal(database, directUrl ?? (isPooled ? null : databaseUrl));
  }

  /** Looks at the server, and says how sessions with it are to be set up. */
  private async examine(): Promise<ExaminedServer & { readonly session: SessionSettings }> {
    const { databaseUrl, pooler } = this.server;
    try {
      const server = await examineServer(databaseUrl, pooler);
      return { ...server, session: new SessionSettings(this.schema, server.pooling === 'transaction') };
    } catch (error) {
      throw describeFailure(error, databaseUrl);
    }
  }
}

/** What is wrong with a database whose encoding is not UTF8, and what to do. */
function wrongEncoding(encoding: string): string {
  return `the database's encoding is ${encoding}, which can't hold every name and payload: create one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and point DATABASE_URL at it`;
}
