/**
 * Jest's globalSetup for specs that need PostgreSQL. Takes the server that TEST_DATABASE_URL names, or starts one of its
 * own in a temporary folder. Spec files find it in BELFRY_TEST_POSTGRES_URL: the URL of a database from which they may
 * create others.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetful, PostgresServer } from '../kit/src/postgres-server.ts';

/** Where stop-postgres.ts finds it. */
export const started = globalThis as typeof globalThis & { belfryTestPostgres?: PostgresServer };

export default async function startPostgres(): Promise<void> {
  let url = process.env['TEST_DATABASE_URL'];
  if (url === undefined || url === '') {
    const folder = mkdtempSync(join(tmpdir(), 'belfry-postgres-'));
    try {
      // Several Jest workers share the server.
      started.belfryTestPostgres = new PostgresServer(folder, [...forgetful, 'max_connections=200']);
      await started.belfryTestPostgres.start();
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw new Error('no PostgreSQL to test with: give a server by TEST_DATABASE_URL', { cause: error });
    }
    ({ url } = started.belfryTestPostgres);
  }
  process.env['BELFRY_TEST_POSTGRES_URL'] = url;
}
