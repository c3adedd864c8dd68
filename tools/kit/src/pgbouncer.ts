/** PgBouncer in front of a PostgreSQL server on a unix socket. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, hasEnded, keepOutput } from './child-processes.ts';
import { freePort, isListening } from './ports.ts';
import { unprivileged } from './postgres-binaries.ts';
import { waitFor } from './waiting.ts';

const places = ['pgbouncer', '/usr/sbin/pgbouncer'];

/** The command of PgBouncer where it is installed, otherwise null. */
export function findPgbouncer(): string | null {
  return places.find((place) => spawnSync(place, ['--version']).status === 0) ?? null;
}

/** A PgBouncer that runs. */
export interface Pgbouncer {
  /** Of the database through it. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts one in this mode with few server connections, so that they are shared.
 * @param databaseUrl a URL whose `host` parameter is the folder of the server's socket
 * @param options `settings`: lines for its configuration
 */
export async function startPgbouncer(
  databaseUrl: string,
  mode: 'session' | 'transaction' | 'statement',
  { poolSize = 4, settings = [] }: { poolSize?: number; settings?: readonly string[] } = {},
): Promise<Pgbouncer> {
  const command = findPgbouncer();
  if (command === null) throw new Error('pgbouncer is not installed');
  const target = new URL(databaseUrl);
  const folder = mkdtempSync(join(tmpdir(), 'belfry-pgbouncer-'));
  const port = await freePort();
  const user = target.username || 'postgres';
  writeFileSync(join(folder, 'users'), `"${user}" ""\n`);
  const configuration = [
    '[databases]',
    `* = host=${target.searchParams.get('host') ?? target.hostname} port=${target.port || '5432'}`,
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
  ];
  writeFileSync(join(folder, 'pgbouncer.ini'), configuration.join('\n'));
  const [file, parameters] = unprivileged(folder)(command, ['-q', join(folder, 'pgbouncer.ini')]);
  const child = spawn(file, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = keepOutput(child);
  await waitFor(
    () => {
      if (hasEnded(child)) throw new Error(`PgBouncer did not start:\n${output()}`);
      return isListening(port);
    },
    { what: 'PgBouncer' },
  );
  const url = new URL(databaseUrl);
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    stop: async () => {
      await end(child, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
