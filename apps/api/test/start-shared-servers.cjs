/**
 * Jest's globalSetup of the API: PostgreSQL, and one built API process for each Jest worker, with the settings that most
 * spec files can share. To start one takes far longer than what most files ask of it. shared-server.fixture.ts finds them
 * in BELFRY_TEST_SHARED_SERVERS, and waits until they are ready.
 */
const { spawn } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const { closeSync, mkdtempSync, openSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { Client } = require('pg');
const startPostgres = require('../../../tools/jest/start-postgres.cjs');

const mainFile = resolve(__dirname, '../dist/main.js');

const settings = {
  PORT: '0',
  BOOTSTRAP_API_KEY: 'test-key-of-the-platform',
  LOG_LEVEL: 'debug',
  PORTAL_REFRESH_URL: 'https://app.example.com/notifications',
  WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8',
};

module.exports = async (globalConfig) => {
  await startPostgres();
  globalThis.belfryTestServers = [];
  for (let worker = 0; worker < globalConfig.maxWorkers; worker += 1)
    globalThis.belfryTestServers.push(await start());
  const shown = globalThis.belfryTestServers.map(({ databaseUrl, outputFile }) => ({
    databaseUrl,
    outputFile,
  }));
  process.env.BELFRY_TEST_SHARED_SERVERS = JSON.stringify(shown);
};

/** Does not wait until the process is ready: the first spec files may start one of their own meanwhile. */
async function start() {
  const admin = process.env.BELFRY_TEST_POSTGRES_URL;
  const name = `test_shared_${randomBytes(8).toString('hex')}`;
  const client = new Client({ connectionString: admin });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`).finally(() => client.end());
  const databaseUrl = new URL(admin);
  databaseUrl.pathname = `/${name}`;

  const folder = mkdtempSync(join(tmpdir(), 'belfry-test-'));
  // A file, for Jest's workers are processes of their own, and read it too.
  const outputFile = join(folder, 'output');
  const output = openSync(outputFile, 'a');
  const child = spawn(process.execPath, [mainFile], {
    env: { PATH: process.env.PATH, ...settings, DATA_DIR: folder, DATABASE_URL: databaseUrl.href },
    cwd: tmpdir(),
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  return { child, folder, outputFile, databaseUrl: databaseUrl.href, databaseName: name };
}
