import pg from 'pg';
import { connectionFailure } from './storage-failure.js';

/** How a server is reached: without a pooler, or through one that keeps sessions or gives each transaction another. */
export type Pooling = 'none' | 'session' | 'transaction';

/** What is known of a server before it is used. */
export interface ExaminedServer {
  readonly encoding: string;
  readonly pooling: Pooling;
}

const connectTimeoutMs = 5_000;
/** A pooler with a single session to give has none left for a second connection: then it keeps sessions. */
const secondAnswerMs = 2_000;
const looks = 5;

interface ServerRow {
  readonly pid: number;
  readonly encoding: string;
}

const question = `SELECT pg_backend_pid() AS pid, current_setting('server_encoding') AS encoding`;

/**
 * Examines the server of a URL by plain connections that leave nothing behind; where `pooling` is known it is not found
 * out. Throws `StorageUnavailable`.
 */
export async function examineServer(url: string, pooling?: Pooling): Promise<ExaminedServer> {
  const client = await connect(url);
  try {
    // One message of several statements, so that a pooler has one server answer them; the driver's type knows one answer.
    const answers: unknown = await client.query(
      `BEGIN; SET LOCAL statement_timeout = 0; ${question}; COMMIT`,
    );
    const { pid, encoding } = (answers as pg.QueryResult<ServerRow>[])[2]!.rows[0]!;
    return { encoding, pooling: pooling ?? (await poolingOf(url, client, pid)) };
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
