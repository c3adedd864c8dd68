import pg from 'pg';
import { connectionFailure } from './storage-failure.js';

/** How a server is reached: without a pooler, or through one that keeps sessions or gives each transaction another. */
export type Pooling = 'none' | 'session' | 'transaction';

/** What is known of a server before it is used. */
export interface ExaminedServer {
  readonly encoding: string;
  readonly pooling: Pooling;
  /** Where the tables are or, where there are none yet, where the role would make them. */
  readonly schema: string;
}

const connectTimeoutMs = 5_000;
/** A pooler with a single session to give has none left for a second connection: then it keeps sessions. */
const secondAnswerMs = 2_000;
const looks = 5;

interface ServerRow {
  readonly pid: number;
  readonly encoding: string;
  readonly schema: string;
}

/**
 * Looks at a server by plain connections that leave nothing behind. Tables are looked for where the presets of the role
 * and the database lead, then where PostgreSQL itself would look and, where no schema is chosen, wherever this role has
 * them: whoever changes the presets does not begin anew.
 */
const question = `
  WITH ours AS (
    SELECT pg_class.oid, nspname, relowner FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relname = 'notification_settings' AND relkind IN ('r', 'p')
  )
  SELECT pg_backend_pid() AS pid, current_setting('server_encoding') AS encoding,
    coalesce(
      (SELECT nspname FROM ours WHERE oid = to_regclass('notification_settings')),
      (SELECT nspname FROM ours WHERE nspname IN (current_user, 'public') ORDER BY nspname = 'public' LIMIT 1),
      (SELECT nspname FROM ours WHERE pg_has_role(relowner, 'USAGE')
         AND coalesce(current_schema(), 'public') = 'public' ORDER BY nspname LIMIT 1),
      current_schema(), 'public')::text AS schema`;

/** Examines the server of a URL; where `pooling` is known it is not found out. Throws `StorageUnavailable`. */
export async function examineServer(url: string, pooling?: Pooling): Promise<ExaminedServer> {
  const client = await connect(url);
  try {
    // One message of several statements, so that a pooler has one server answer them; the driver's type knows one answer.
    const answers: unknown = await client.query(
      `BEGIN; SET LOCAL statement_timeout = 0; ${question}; COMMIT`,
    );
    const { pid, encoding, schema } = (answers as pg.QueryResult<ServerRow>[])[2]!.rows[0]!;
    return { encoding, schema, pooling: pooling ?? (await poolingOf(url, client, pid)) };
  } catch (error) {
    throw connectionFailure(error);
  } finally {
    await client.end();
  }
}

/**
 * A pooler names another process at the start of a connection than the one that answers later. Where it keeps sessions, two
 * connections have two processes; where it does not, one process serves both.
 */
async function poolingOf(url: string, client: pg.Client, pid: number): Promise<Pooling> {
  if ((client as unknown as { processID: number | null }).processID === pid) return 'none';
  const second = await connect(url);
  try {
    for (let look = 0; look < looks; look += 1) {
      const other = await Promise.race([pidOf(second), nothingAfter(secondAnswerMs)]);
      if (other === null) return 'session';
      if (other === (await pidOf(client))) return 'transaction';
    }
    return 'session';
  } finally {
    await second.end();
  }
}

async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]!.pid;
}

function nothingAfter(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms).unref());
}

async function connect(url: string): Promise<pg.Client> {
  try {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      application_name: 'belfry',
    });
    // Whoever asks hears of a broken connection by the answer.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  } catch (error) {
    throw connectionFailure(error);
  }
}
