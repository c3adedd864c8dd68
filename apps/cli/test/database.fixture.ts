import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** An empty database of a spec file's own, on the server that Jest's globalSetup provides. */
export interface EmptyDatabase {
  readonly url: string;
  /** The first column of the first row that a statement answers. */
  one(statement: string): Promise<unknown>;
  drop(): Promise<void>;
}

/** Makes an empty database; the first command that uses it applies the migrations. */
export async function createEmptyDatabase(): Promise<EmptyDatabase> {
  const server = process.env['BELFRY_TEST_POSTGRES_URL'];
  if (server === undefined) throw new Error('Jest started no PostgreSQL: see jest.config.cjs');
  const name = `belfry_test_${randomBytes(8).toString('hex')}`;
  await ask(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    one: (statement) => ask(url.href, statement),
    drop: async () => void (await ask(server, `DROP DATABASE ${name} WITH (FORCE)`)),
  };
}

async function ask(connectionString: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}
