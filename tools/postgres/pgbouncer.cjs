/** Starts a PgBouncer in front of a PostgreSQL server on a unix socket. */
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { connect, createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { identity } = require('./binaries.cjs');

const places = ['pgbouncer', '/usr/sbin/pgbouncer'];

/** The command of PgBouncer where it is installed, otherwise null. */
exports.findPgbouncer = function findPgbouncer() {
  return places.find((place) => spawnSync(place, ['--version']).status === 0) ?? null;
};

/**
 * Starts one in this mode (`session`, `transaction`) with few server connections, so that they are shared. Answers its
 * URL, that of the database through it, and how to stop it.
 * @param {string} databaseUrl a URL whose `host` parameter is the folder of the server's socket
 * @param {'session' | 'transaction' | 'statement'} mode
 * @param {{ poolSize?: number, settings?: readonly string[] }} options lines for its configuration
 */
exports.startPgbouncer = async function startPgbouncer(
  databaseUrl,
  mode,
  { poolSize = 4, settings = [] } = {},
) {
  const command = exports.findPgbouncer();
  if (command === null) throw new Error('pgbouncer is not installed');
  const target = new URL(databaseUrl);
  const folder = mkdtempSync(join(tmpdir(), 'belfry-pgbouncer-'));
  const port = await freePort();
  const user = target.username || 'postgres';
  writeFileSync(join(folder, 'users'), `"${user}" ""\n`);
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    [
      '[databases]',
      `* = host=${target.searchParams.get('host') ?? target.hostname} port=${target.port || 5432}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = trust',
      `auth_file = ${join(folder, 'users')}`,
      `pool_mode = ${mode}`,
      `default_pool_size = ${poolSize}`,
      'max_client_conn = 100',
      ...settings,
      '',
    ].join('\n'),
  );
  const as = identity(folder);
  const process_ = spawn(...as.command(command, ['-q', join(folder, 'pgbouncer.ini')]), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [process_.stdout, process_.stderr]) stream.on('data', (text) => (output += text));
  for (let waited = 0; !(await answers(port)); waited += 20) {
    if (process_.exitCode !== null || waited > 10_000) throw new Error(`PgBouncer did not start:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const url = new URL(databaseUrl);
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    stop: async () => {
      const ended = once(process_, 'exit');
      process_.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
