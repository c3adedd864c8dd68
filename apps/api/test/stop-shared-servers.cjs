/** Jest's globalTeardown of the API: ends what start-shared-servers.cjs started, and removes it. */
const { once } = require('node:events');
const { rmSync } = require('node:fs');
const { Client } = require('pg');
const stopPostgres = require('../../../tools/jest/stop-postgres.cjs');

module.exports = async () => {
  await Promise.all(globalThis.belfryTestServers.map(({ child }) => end(child)));
  const client = new Client({ connectionString: process.env.BELFRY_TEST_POSTGRES_URL });
  await client.connect();
  try {
    for (const { folder, databaseName } of globalThis.belfryTestServers) {
      rmSync(folder, { recursive: true, force: true });
      await client.query(`DROP DATABASE ${databaseName} WITH (FORCE)`);
    }
  } finally {
    await client.end();
    await stopPostgres();
  }
};

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
