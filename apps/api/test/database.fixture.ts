/** Databases of the PostgreSQL server that Jest's globalSetup has started. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database of this test alone. */
export async function makeDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const admin = process.env['BELFRY_TEST_POSTGRES_URL']!;
  const name = `test_${randomBytes(8).toString('hex')}`;
  await query(admin, `CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => query(admin, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/** Runs one statement. */
export async function query(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Deletes whatever an earlier test left. No process may be at work on its deliveries. Quicker than a new database. */
export function emptyDatabase(url: string): Promise<void> {
  return query(
    url,
    `DO $$ DECLARE name text; BEGIN
      FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'
      LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    END $$`,
  );
}
