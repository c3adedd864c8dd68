/** Jest's globalTeardown: stops the PostgreSQL server that start-postgres.cjs started, and removes its folder. */
const { once } = require('node:events');
const { rmSync } = require('node:fs');

module.exports = async () => {
  const started = globalThis.belfryTestPostgres;
  if (started === undefined) return;
  const { server, folder } = started;
  if (server.exitCode === null && server.signalCode === null) {
    const stopped = once(server, 'exit');
    // SIGINT is PostgreSQL's "fast" shutdown: sessions are ended, and the server's own processes with it.
    server.kill('SIGINT');
    await stopped;
  }
  rmSync(folder, { recursive: true, force: true });
};
