import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { hasNoSession } from './session.js';

/** Runs one statement with its parameters, and answers its rows. */
export type Run = <Row>(
  statement: string | PreparedStatement,
  parameters: readonly unknown[],
) => Promise<Row[]>;

/**
 * A statement of the hot path, which each connection parses and plans once: planning takes as long as a small batch. Its
 * plan must be good whatever the tables hold, as it is kept when they grow: see `SessionSettings`.
 */
export class PreparedStatement {
  constructor(
    readonly name: string,
    readonly text: string,
  ) {}
}

/** Sends a statement at once, and answers its rows. Where the connection has no session, no statement is prepared in it. */
export async function send<Row>(
  client: pg.PoolClient,
  statement: string | PreparedStatement,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const values = [...parameters];
  const text = typeof statement === 'string' ? statement : statement.text;
  const { rows } =
    typeof statement === 'string' || hasNoSession(client)
      ? await client.query(text, values)
      : await client.query({ name: `${statement.name}_${numberOf(client)}`, text, values });
  return rows as Row[];
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
