import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { Database } from './database.js';
import { openDatabase } from './open-database.js';

/** A database of a spec file's own, on the server that Jest's globalSetup provides. */
export interface TestDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  readonly database: Database;
  /** A second set of connections to the same database, as another process would have. */
  openAnother(): Promise<Database>;
  /** One statement by a connection of its own, past everything that is tested. */
  query<Row extends pg.QueryResultRow>(statement: string, parameters?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/** The URL of an empty database, and how to remove it. */
export async function createEmptyDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const server = process.env['BELFRY_TEST_POSTGRES_URL'];
  if (server === undefined)
    throw new Error('this project is to be tested with { database: true } in its jest.config.cjs');
  const name = `belfry_test_${randomBytes(8).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/** A database with all migrations applied. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { url, drop } = await createEmptyDatabase();
  const opened: DataSource[] = [];
  const open = async () => {
    const dataSource = await openDatabase({ databaseUrl: url }, () => undefined);
    opened.push(dataSource);
    return dataSource;
  };
  const dataSource = await open();
  const bystander = new pg.Pool({ connectionString: url, max: 1 });
  // A pool has ended before its connections have: dropping the database cuts them, which is no fault.
  bystander.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  return {
    url,
    dataSource,
    database: new Database(dataSource),
    openAnother: async () => new Database(await open()),
    query: async <Row extends pg.QueryResultRow>(statement: string, parameters: unknown[] = []) =>
      (await bystander.query<Row>(statement, parameters)).rows,
    drop: async () => {
      await Promise.all(opened.map((each) => each.destroy()));
      await bystander.end();
      await drop();
    },
  };
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
