import { StorageUnavailable } from '@belfry/application';
import type pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { schemaOf } from './data-source-options.js';
import { entityManagerOn } from './entity-manager.js';
import { Refusals } from './refusals.js';
import { type PreparedStatement, type Run } from './statement.js';
import { connectionFailure, isWorthAnotherTry, spoilsConnection, storageFailure } from './storage-failure.js';
import { sendAlone, Transaction } from './transaction.js';

/** How often work is begun that the database refuses for a reason that may be over at once. */
const triesAtOnce = 3;

/**
 * The stores' way to the database: single statements and transactions of hand-written SQL. Every error leaves
 * it as `storageFailure` says. Work may be done several times: what was refused for a moment's reason (a deadlock,
 * a server that has just become read-only) is begun again at once.
 */
export class Database {
  /** What the database refuses for now. */
  readonly refusals = new Refusals();

  constructor(readonly dataSource: DataSource) {}

  /** The schema of the tables. */
  get schema(): string {
    return schemaOf(this.dataSource);
  }

  /** One statement, in its own transaction. */
  statement<Row>(statement: string | PreparedStatement, parameters: readonly unknown[]): Promise<Row[]> {
    return this.onConnection(nameOf(statement), (client) => sendAlone<Row>(client, statement, parameters));
  }

  /** Several statements in one transaction, committed when `work` answers and rolled back when it throws. */
  transaction<Answer>(work: (run: Run) => Promise<Answer>): Promise<Answer> {
    return this.onConnection('transaction', async (client) => {
      const transaction = await Transaction.begin(client);
      return transaction.toItsEnd(() => work(transaction.run));
    });
  }

  /**
   * The same for the stores of the cold side, which use TypeORM's entities. `run` is for what others keep in the same
   * transaction.
   */
  entities<Answer>(work: (manager: EntityManager, run: Run) => Promise<Answer>): Promise<Answer> {
    return this.onConnection('entities', async (client) => {
      const transaction = await Transaction.begin(client);
      return transaction.toItsEnd(() => work(entityManagerOn(this.dataSource, client), transaction.run));
    });
  }

  /**
   * A transaction that begins with a statement which only reads, and goes on by its rows. Takes two round trips where
   * `work` has one statement, which it runs by the transaction's `runLast`.
   */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the statement's rows
  shortTransaction<Row, Answer>(
    statement: PreparedStatement,
    parameters: readonly unknown[],
    work: (rows: Row[], transaction: Transaction) => Promise<Answer>,
  ): Promise<Answer> {
    return this.onConnection(statement.name, async (client) => {
      const [transaction, rows] = await Transaction.beginReading<Row>(client, statement, parameters);
      return transaction.toItsEnd(() => work(rows, transaction));
    });
  }

  /** `name` tells this work from other work: what was refused is known by it. */
  private async onConnection<Answer>(
    name: string,
    work: (client: pg.PoolClient) => Promise<Answer>,
  ): Promise<Answer> {
    for (let tried = 1; ; tried += 1) {
      const client = await this.connect();
      let isSpoilt = false;
      try {
        const answer = await work(client);
        this.refusals.served(name);
        return answer;
      } catch (error) {
        isSpoilt = spoilsConnection(error);
        if (isWorthAnotherTry(error) && tried < triesAtOnce) continue;
        const failure = storageFailure(error);
        if (failure instanceof StorageUnavailable && failure.fault === 'refusing') this.refusals.add(name);
        throw failure;
      } finally {
        client.release(isSpoilt);
      }
    }
  }

  private async connect(): Promise<pg.PoolClient> {
    const pool = (this.dataSource.driver as PostgresDriver).master as pg.Pool;
    try {
      return await pool.connect();
    } catch (error) {
      throw connectionFailure(error);
    }
  }
}

function nameOf(statement: string | PreparedStatement): string {
  return typeof statement === 'string' ? statement : statement.name;
}
