import type pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { send, type PreparedStatement, type Run } from './statement.js';
import { storageFailure } from './storage-failure.js';
import { Transaction } from './transaction.js';

/**
 * The stores' way to the database: single statements and transactions of hand-written SQL, and repositories. Every error
 * leaves it as `storageFailure` says.
 */
export class Database {
  constructor(readonly dataSource: DataSource) {}

  /** One statement, a transaction of its own. */
  statement<Row>(statement: string | PreparedStatement, parameters: readonly unknown[]): Promise<Row[]> {
    return this.onConnection((client) => send<Row>(client, statement, parameters));
  }

  /** Repositories and query builders. */
  async entities<Answer>(work: (manager: EntityManager) => Promise<Answer>): Promise<Answer> {
    try {
      return await work(this.dataSource.manager);
    } catch (error) {
      throw storageFailure(error);
    }
  }

  /** Several statements in one transaction, committed when `work` answers and rolled back when it throws. */
  transaction<Answer>(work: (run: Run) => Promise<Answer>): Promise<Answer> {
    return this.onConnection(async (client) => {
      const transaction = await Transaction.begin(client);
      return toItsEnd(transaction, () => work(transaction.run));
    });
  }

  /**
   * A transaction that begins with a statement which only reads, and goes on by its rows. Takes two round trips where
   * `work` has one statement, which it runs by the transaction's `runLast`.
   */
  shortTransaction<Row, Answer>(
    statement: PreparedStatement,
    parameters: readonly unknown[],
    work: (rows: Row[], transaction: Transaction) => Promise<Answer>,
  ): Promise<Answer> {
    return this.onConnection(async (client) => {
      const [transaction, rows] = await Transaction.beginReading<Row>(client, statement, parameters);
      return toItsEnd(transaction, () => work(rows, transaction));
    });
  }

  private async onConnection<Answer>(work: (client: pg.PoolClient) => Promise<Answer>): Promise<Answer> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return await work((await runner.connect()) as pg.PoolClient);
    } catch (error) {
      throw storageFailure(error);
    } finally {
      await runner.release();
    }
  }
}

async function toItsEnd<Answer>(transaction: Transaction, work: () => Promise<Answer>): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    await transaction.rollBack();
    throw error;
  }
  await transaction.commit();
  return answer;
}
