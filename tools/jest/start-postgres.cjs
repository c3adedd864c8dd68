/**
 * Jest's globalSetup for projects that test against PostgreSQL. Takes the server that TEST_DATABASE_URL names, or starts
 * one of its own in a temporary folder. Spec files find it in BELFRY_TEST_POSTGRES_URL: the URL of a database from which
 * they may create others.
 */
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { startPostgres } = require('../postgres/postgres-server.cjs');

// Nothing here outlives the tests, so nothing is flushed to disk; several Jest workers share the server.
const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

module.exports = async () => {
  if (process.env.TEST_DATABASE_URL) {
    process.env.BELFRY_TEST_POSTGRES_URL = process.env.TEST_DATABASE_URL;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'belfry-postgres-'));
  try {
    const { url, stop } = await startPostgres(folder, settings);
    globalThis.belfryTestPostgres = { stop, folder };
    process.env.BELFRY_TEST_POSTGRES_URL = url;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error('no PostgreSQL to test with: give a server by TEST_DATABASE_URL', { cause: error });
  }
};
