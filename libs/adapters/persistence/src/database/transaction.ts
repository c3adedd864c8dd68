import { StorageUnavailable } from '@belfry/application';
import type { Socket } from 'node:net';
import type pg from 'pg';
import { beginningOf, hasNoSession } from './session.js';
import { send, type PreparedStatement, type Run } from './statement.js';
import { endedTheSession, sqlStateOf, storageFailure, wasNeverSent } from './storage-failure.js';

/** Thrown where the connection broke after a transaction's COMMIT was sent: it may or may not be stored. */
export class OutcomeUnknown extends StorageUnavailable {
  constructor(cause: unknown) {
    super(cause, { outcomeIsKnown: false });
  }
}

/** One transaction on a connection, from its BEGIN to its end. */
export class Transaction {
  private isEnding = false;

  private constructor(private readonly client: pg.PoolClient) {}

  /** Begins one. */
  static async begin(client: pg.PoolClient): Promise<Transaction> {
    await client.query(beginningOf(client));
    return new Transaction(client);
  }

  /**
   * Begins one together with its first statement, in one round trip. The statement must only read: should the server
   * take it after it has refused the BEGIN, it is a transaction of its own.
   */
  static async beginReading<Row>(
    client: pg.PoolClient,
    statement: PreparedStatement,
    parameters: readonly unknown[],
  ): Promise<[Transaction, Row[]]> {
    const [begun, read] = await Promise.allSettled(
      inOneWrite(
        client,
        () => [Transaction.begin(client), send<Row>(client, statement, parameters)] as const,
      ),
    );
    if (begun.status === 'rejected') throw begun.reason;
    if (read.status === 'rejected') {
      await begun.value.rollBack();
      throw read.reason;
    }
    return [begun.value, read.value];
  }

  /** Commits when `work` answers, and rolls back when it throws. */
  async toItsEnd<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    let answer: Answer;
    try {
      answer = await work();
    } catch (error) {
      await this.rollBack();
      throw error;
    }
    await this.commit();
    return answer;
  }

  /** Runs a statement. */
  readonly run: Run = (...statement) => send(this.client, ...statement);

  /**
   * Runs the last statement and sends COMMIT right behind it, in one round trip. Where the server refuses the statement,
   * it takes the COMMIT for a ROLLBACK. Nothing may have been written before: a statement that never got to the server,
   * for the driver failed, would leave that to be committed alone.
   */
  readonly runLast: Run = async <Row>(...statement: Parameters<Run>): Promise<Row[]> => {
    const [ran, committed] = await Promise.allSettled(
      inOneWrite(this.client, () => [send<Row>(this.client, ...statement), this.sendCommit()] as const),
    );
    if (ran.status === 'rejected') throw lastFailure(ran.reason);
    if (committed.status === 'rejected') throw commitFailure(committed.reason);
    return ran.value;
  };

  /** Commits, unless `runLast` has done so. */
  async commit(): Promise<void> {
    if (this.isEnding) return;
    try {
      await this.sendCommit();
    } catch (error) {
      throw commitFailure(error);
    }
  }

  /** Ends it without effect, unless its end was sent before. What broke a connection has rolled it back, too. */
  async rollBack(): Promise<void> {
    if (this.isEnding) return;
    this.isEnding = true;
    try {
      await this.client.query('ROLLBACK');
    } catch (error) {
      if (!(storageFailure(error) instanceof StorageUnavailable)) throw error;
    }
  }

  private sendCommit(): Promise<unknown> {
    this.isEnding = true;
    return this.client.query('COMMIT');
  }
}

/** Runs a statement in its own transaction, in one round trip. */
export async function sendAlone<Row>(
  client: pg.PoolClient,
  statement: string | PreparedStatement,
  parameters: readonly unknown[],
): Promise<Row[]> {
  if (!hasNoSession(client)) return send<Row>(client, statement, parameters);
  const [begun, ran, committed] = await Promise.allSettled(
    inOneWrite(client, () => [
      client.query(beginningOf(client)),
      send<Row>(client, statement, parameters),
      client.query('COMMIT'),
    ]),
  );
  // Should the server have refused the beginning alone, the statement was a transaction of its own, and is done.
  if (ran.status === 'rejected') throw begun.status === 'rejected' ? begun.reason : ran.reason;
  if (begun.status === 'fulfilled' && committed.status === 'rejected') throw committed.reason;
  return ran.value;
}

/** Two writes would wake the server twice. The driver corks its socket in the same way for the messages of a statement. */
function inOneWrite<Answers>(client: pg.PoolClient, send: () => Answers): Answers {
  const { stream } = (client as pg.PoolClient & { readonly connection: { readonly stream: Socket } })
    .connection;
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

/** Where the server itself refused the statement before the COMMIT, nothing was committed. */
function lastFailure(error: unknown): unknown {
  return sqlStateOf(error) === null ? commitFailure(error) : storageFailure(error);
}

/** A COMMIT that the server refused is a ROLLBACK; one whose session it ended may have been done before. */
function commitFailure(error: unknown): unknown {
  const failure = storageFailure(error);
  const isKnown = wasNeverSent(error) || (sqlStateOf(error) !== null && !endedTheSession(error));
  return failure instanceof StorageUnavailable && !isKnown ? new OutcomeUnknown(failure.cause) : failure;
}
