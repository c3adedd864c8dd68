import { ReadTooSlow } from '@belfry/application';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { Database } from './database.js';
import { storageFailure } from './storage-failure.js';

/** What a store needs that only reads. */
export type Reads = Pick<Database, 'statement'>;

/** Every read here is bounded, and takes milliseconds: one that does not is given up, and its connection is free again. */
const readTimeoutMs = 3_000;
/** SQLSTATE of a statement that was ended by its time limit. */
const queryCanceled = '57014';

/** How much is read at once, and how long a read may take. */
export interface ReadSettings {
  /** The most connections at once. */
  readonly poolSize: number;
  readonly timeoutMs?: number;
}

/**
 * The way to the database for what people and tools look at: lists, single deliveries, statistics, metrics. It has few
 * connections of its own, so that however much is read, the intake and the queue never wait for a connection, and the
 * database works on few reads at a time.
 */
export class ReadDatabase implements Reads {
  private readonly pool: pg.Pool;
  private readonly timeoutMs: number;

  /** Connects as `dataSource` does, when something is read. */
  constructor(
    dataSource: DataSource,
    { poolSize, timeoutMs = readTimeoutMs }: ReadSettings,
    onConnectionLost: (error: Error) => void,
  ) {
    this.timeoutMs = timeoutMs;
    const { options } = (dataSource.driver as PostgresDriver).master as pg.Pool;
    this.pool = new pg.Pool({
      ...options,
      // pg hides it from spreading.
      password: options.password,
      max: poolSize,
      statement_timeout: timeoutMs,
      application_name: 'belfry reads',
    });
    this.pool.on('error', onConnectionLost);
    // Between its use and the pool, nobody listens for a moment.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async statement<Row>(statement: string, parameters: readonly unknown[]): Promise<Row[]> {
    try {
      return (await this.pool.query(statement, [...parameters])).rows as Row[];
    } catch (error) {
      if ((error as { code?: unknown }).code === queryCanceled) throw new ReadTooSlow(error, this.timeoutMs);
      throw storageFailure(error);
    }
  }

  /** Nest calls it before the data source is destroyed, and with it an embedded database. */
  onModuleDestroy(): Promise<void> {
    return this.pool.end();
  }
}
