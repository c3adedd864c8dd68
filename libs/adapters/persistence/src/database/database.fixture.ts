import { createEmptyDatabase } from '@belfry/kit/databases';
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
  /** One statement over its own connection, bypassing everything that is tested. */
  query<Row extends pg.QueryResultRow>(statement: string, parameters?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
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
