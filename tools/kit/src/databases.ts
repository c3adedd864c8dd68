/** Databases of tests, and statements on connections of their own. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** What a statement answers. */
export type Row = pg.QueryResultRow;

/** A server that does not answer is not waited for any longer. */
const connectsWithinMs = 20_000;

/** Runs one statement on a connection of its own. */
export async function query<Found extends Row>(
  url: string,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<Found[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectsWithinMs });
  // A connection that breaks rejects its query, which is where it is heard of.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Found>(statement, [...parameters]);
    return rows;
  } finally {
    await client.end();
  }
}

/** A database, and how to remove it. */
export interface EmptyDatabase {
  readonly url: string;
  /** The first column of the first row that a statement answers. */
  one(statement: string): Promise<unknown>;
  drop(): Promise<void>;
}

/**
 * Makes a database in which plain connections find Belfry's tables, once there are some. Belfry itself does not depend on
 * it: it sets its own path.
 */
export async function createDatabase(server: string, name: string): Promise<void> {
  await query(server, `CREATE DATABASE ${name}`);
  await query(server, `ALTER DATABASE ${name} SET search_path = public, belfry`);
}

/** Makes an empty database: of a test alone, on the server that Jest's global set-up has started, or on another. */
export async function createEmptyDatabase(server = serverOfTests()): Promise<EmptyDatabase> {
  const name = `belfry_test_${randomBytes(8).toString('hex')}`;
  await createDatabase(server, name);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    one: async (statement) => Object.values<unknown>((await query(url.href, statement))[0] ?? {})[0],
    drop: async () => {
      await query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** Deletes whatever an earlier test left. No process may be at work on its deliveries. Quicker than a new database. */
export async function emptyDatabase(url: string): Promise<void> {
  await query(
    url,
    `DO $$ DECLARE made record; BEGIN
      FOR made IN SELECT schemaname, tablename FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'migrations'
      LOOP EXECUTE format('DELETE FROM %I.%I', made.schemaname, made.tablename); END LOOP;
    END $$`,
  );
}

function serverOfTests(): string {
  const url = process.env['BELFRY_TEST_POSTGRES_URL'];
  if (url === undefined)
    throw new Error(
      'Jest started no PostgreSQL: give this spec a place where its project says that it needs one',
    );
  return url;
}
