import { ReadTooSlow } from '@belfry/application';
import pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { Database } from './database.js';
import { sessionOf } from './data-source-options.js';
import { entityManagerOn } from './entity-manager.js';
import { connectionFailure, spoilsConnection, sqlStateOf, storageFailure } from './storage-failure.js';
import type { Run } from './statement.js';
import { sendAlone, Transaction } from './transaction.js';

/** What a store needs that only reads. */
export type Reads = Pick<Database, 'statement' | 'entities'>;

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
 * its own connections, so that however much is read, the intake and the queue never wait for a connection, and the
 * database works on few reads at a time.
 */
export class ReadDatabase implements Reads {
  private readonly pool: pg.Pool;
  private readonly timeoutMs: number;

  /** Connects as `dataSource` does, when something is read. */
  constructor(
    private readonly dataSource: DataSource,
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
      // eslint-disable-next-line @typescript-eslint/no-misused-promises -- pg waits for it, though its types say nothing of it
      onConnect: (client: pg.ClientBase) => sessionOf(dataSource)?.begin(client, timeoutMs),
      application_name: 'belfry reads',
    });
    this.pool.on('error', onConnectionLost);
    // Between its use and the pool, nobody listens for a moment.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  statement<Row>(statement: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.onConnection((client) => sendAlone<Row>(client, statement, parameters));
  }

  entities<Answer>(work: (manager: EntityManager, run: Run) => Promise<Answer>): Promise<Answer> {
    return this.onConnection(async (client) => {
      const transaction = await Transaction.begin(client);
      return transaction.toItsEnd(() => work(entityManagerOn(this.dataSource, client), transaction.run));
    });
  }

  private async onConnection<Answer>(work: (client: pg.PoolClient) => Promise<Answer>): Promise<Answer> {
    const client = await this.pool
      .connect()
      .catch((error: unknown) => Promise.reject(connectionFailure(error)));
    let isSpoilt = false;
    try {
      return await work(client);
    } catch (error) {
      isSpoilt = spoilsConnection(error);
      if (sqlStateOf(error) === queryCanceled) throw new ReadTooSlow(error, this.timeoutMs);
      throw storageFailure(error);
    } finally {
      client.release(isSpoilt);
    }
  }

  /** Nest calls it before the data source is destroyed, and with it an embedded database. */
  onModuleDestroy(): Promise<void> {
    return this.pool.end();
  }
}
