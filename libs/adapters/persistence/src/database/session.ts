/**
 * What a session is set to, whatever the role, the database, the URL or the server's file presets. What is answered, and
 * whether what was accepted is durable, depends on it.
 *
 * A pooler in transaction mode gives each transaction another session: there nothing is set that outlives a transaction,
 * and every statement runs in a transaction that begins by setting all of this for itself alone.
 */
import pg from 'pg';
import { searchPathOf } from './schema.js';

/**
 * Every table here is read by its keys: row by row of what is asked for, by the index that begins with its key. Any other
 * way (a scan of a whole table, a bitmap, a join that reads a whole index) looks cheaper to the planner while a table is
 * small or new, and a prepared statement keeps such a plan while the table grows. Compiling a plan takes longer than
 * running any of ours.
 */
const planner = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_indexscan: 'on',
  enable_indexonlyscan: 'on',
  enable_nestloop: 'on',
  plan_cache_mode: 'auto',
  jit: 'off',
} as const;

/** How values are written and read, and what a transaction may see. */
const language = {
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
} as const;

/** No statement here takes seconds; one that hangs must not hold its connection for ever. Migrations run without it. */
const timeLimits = {
  statement_timeout: '30s',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '60s',
  idle_session_timeout: '0',
  transaction_timeout: '0',
} as const;

/** The names of all that is set here, in lower case: no one else may set them. */
export const pinnedSettings: readonly string[] = [
  ...Object.keys(planner),
  ...Object.keys(language),
  ...Object.keys(timeLimits),
  'search_path',
  'synchronous_commit',
].map((name) => name.toLowerCase());

/** The statement that sets up a session which all connections share, where no clock ends statements. */
export function sharedSessionSettings(schema: string): string {
  return setAll({ ...planner, ...language, search_path: searchPathOf(schema) }, false);
}

/** How the sessions of a server's connections are set up. */
export class SessionSettings {
  constructor(
    /** The schema of the tables. */
    readonly schema: string,
    /** True where a pooler in transaction mode is in between. */
    readonly isPooled: boolean,
  ) {}

  /** Sets a new connection's session up; to be called before it is used. */
  async begin(client: pg.ClientBase, statementTimeoutMs?: number): Promise<void> {
    const settings = {
      ...planner,
      ...language,
      ...timeLimits,
      ...(statementTimeoutMs === undefined ? {} : { statement_timeout: String(statementTimeoutMs) }),
      search_path: searchPathOf(this.schema),
    };
    if (this.isPooled) withoutSession.set(client, setAll(settings, true));
    // First the limit, so that a preset one does not end what comes after it.
    else
      await client.query(
        `SET statement_timeout = '${settings.statement_timeout}'; ${setAll(settings, false)}`,
      );
  }
}

/** What sets a transaction up, on connections without a session of their own. */
const withoutSession = new WeakMap<pg.ClientBase, string>();

/** True for a connection that gets another session for each transaction. */
export function hasNoSession(client: pg.ClientBase): boolean {
  return withoutSession.has(client);
}

/** The statement that sets up the transaction that has begun on a connection without a session. */
export function settingsWithin(client: pg.ClientBase): string {
  return withoutSession.get(client)!;
}

/** The statements that begin a transaction on this connection. */
export function beginningOf(client: pg.ClientBase): string {
  const settings = withoutSession.get(client);
  return settings === undefined ? 'BEGIN' : `BEGIN ISOLATION LEVEL READ COMMITTED; ${settings}`;
}

/**
 * The statement that sets these, for the session or for the transaction. Those that an older server does not know are
 * passed over. An accepted event must be durable: a commit that does not wait for the disk is made to, while an operator's
 * stricter choice (to wait for replicas) stays.
 */
function setAll(settings: Readonly<Record<string, string>>, isLocal: boolean): string {
  const values = Object.entries(settings).map(
    ([name, value]) => `(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)})`,
  );
  return `SELECT set_config(name, value, ${isLocal}) FROM (VALUES ${values.join(', ')}) AS pinned (name, value)
    WHERE current_setting(name, true) IS NOT NULL
    UNION ALL
    SELECT set_config('synchronous_commit', 'on', ${isLocal}) WHERE current_setting('synchronous_commit') = 'off'`;
}
