/** A Redis server of this run, from the system's own package. */
import { freePort } from '@belfry/kit/ports';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { startProgram } from './child-processes.mjs';

/** Where `redis-server` is on the PATH, or null. */
export function findRedis() {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, 'redis-server'), constants.X_OK);
      return join(folder, 'redis-server');
    } catch (error) {
      if (!['ENOENT', 'EACCES', 'ENOTDIR'].includes(error.code)) throw error;
    }
  }
  return null;
}

/** Starts it as BullMQ's page "Going to production" says: an append-only file flushed every second, nothing evicted. */
export async function startRedis(program, folder) {
  const port = await freePort();
  const settings = { appendonly: 'yes', appendfsync: 'everysec', 'maxmemory-policy': 'noeviction', save: '' };
  const { child } = await startProgram(
    program,
    [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', folder],
      ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    ],
    { env: { PATH: process.env.PATH }, cwd: folder, ready: /Ready to accept connections/ },
  );
  return { url: `redis://127.0.0.1:${port}`, pid: child.pid };
}
