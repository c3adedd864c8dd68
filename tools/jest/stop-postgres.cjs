/** Jest's globalTeardown: stops the PostgreSQL server that start-postgres.cjs started, and removes its folder. */
const { rmSync } = require('node:fs');

module.exports = async () => {
  const started = globalThis.belfryTestPostgres;
  if (started === undefined) return;
  await started.stop();
  rmSync(started.folder, { recursive: true, force: true });
};
