import { StorageUnavailable } from '@belfry/application';
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { storageFailure } from './storage-failure.js';

/** Runs one statement with its parameters, and answers its rows. */
export type Run = <Row>(
  statement: string | PreparedStatement,
  parameters: readonly unknown[],
) => Promise<Row[]>;

/**
 * A statement of the hot path, which each connection parses and plans once: planning takes as long as a small batch. Its
 * plan must be good whatever the tables hold, as it is kept when they grow: see `plannerSettings`.
 */
export class PreparedStatement {
  constructor(
    readonly name: string,
    readonly text: string,
  ) {}
}

/** Thrown where the connection broke while a transaction was being committed: it may or may not be stored. */
export class OutcomeUnknown extends StorageUnavailable {
  constructor(cause: unknown) {
    super(cause, false);
  }
}

/**
 * The stores' way to the database: single statements and transactions of hand-written SQL, and repositories. Every error
 * leaves it as `storageFailure` says.
 */
export class Database {
  constructor(readonly dataSource: DataSource) {}

  /** One statement, a transaction of its own. */
  async statement<Row>(
    statement: string | PreparedStatement,
    parameters: readonly unknown[],
  ): Promise<Row[]> {
    return this.onConnection((runner) => runOn(runner)<Row>(statement, parameters));
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
  async transaction<Answer>(work: (run: Run) => Promise<Answer>): Promise<Answer> {
    return this.onConnection(async (runner) => {
      await runner.query('BEGIN');
      let answer: Answer;
      try {
        answer = await work(runOn(runner));
      } catch (error) {
        await rollBack(runner);
        throw error;
      }
      try {
        await runner.query('COMMIT');
      } catch (error) {
        const failure = storageFailure(error);
        throw failure instanceof StorageUnavailable ? new OutcomeUnknown(failure.cause) : failure;
      }
      return answer;
    });
  }

  private async onConnection<Answer>(work: (runner: QueryRunner) => Promise<Answer>): Promise<Answer> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return await work(runner);
    } catch (error) {
      throw storageFailure(error);
    } finally {
      await runner.release();
    }
  }
}

function runOn(runner: QueryRunner): Run {
  return async <Row>(statement: string | PreparedStatement, parameters: readonly unknown[]) => {
    if (statement instanceof PreparedStatement) return runPrepared<Row>(runner, statement, parameters);
    const result = await runner.query(statement, [...parameters], true);
    return result.records as Row[];
  };
}

/** TypeORM has no way to name a statement, so these go to its connection itself. */
async function runPrepared<Row>(
  runner: QueryRunner,
  { name, text }: PreparedStatement,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const client = (await runner.connect()) as pg.PoolClient;
  const result = await client.query({ name: `${name}_${numberOf(client)}`, text, values: [...parameters] });
  return result.rows as Row[];
}

const numbers = new WeakMap<pg.PoolClient, string>();

/**
 * Names are the connection's own. On the embedded database all connections, of other processes too, share one session, and
 * so their statements' names.
 */
function numberOf(client: pg.PoolClient): string {
  let number = numbers.get(client);
  if (number === undefined) {
    number = randomBytes(6).toString('hex');
    numbers.set(client, number);
  }
  return number;
}

/** A connection that has broken has been rolled back by the server; what broke it is what the caller is to hear of. */
async function rollBack(runner: QueryRunner): Promise<void> {
  try {
    await runner.query('ROLLBACK');
  } catch (error) {
    if (!(storageFailure(error) instanceof StorageUnavailable)) throw error;
  }
}
