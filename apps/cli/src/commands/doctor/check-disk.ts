import type { Configuration } from '@belfry/composition';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ok, warning, wrong, type Finding } from './finding.js';

const mebibyte = 1024 * 1024;
/** A new embedded database takes 40 MiB. */
const leastMebibytes = 100;
const fewMebibytes = 1024;

/** Whether the embedded database has room to grow. A server's disk is not ours to look at: `checkDatabase` says the size. */
export async function checkDisk({
  databaseUrl,
  dataDirectory,
}: Pick<Configuration, 'databaseUrl' | 'dataDirectory'>): Promise<readonly Finding[]> {
  if (databaseUrl !== null) return [];
  const { bavail, bsize } = await statfsOfNearest(resolve(dataDirectory));
  return [judgeDisk(Math.floor((bavail * bsize) / mebibyte), dataDirectory)];
}

/** `free`: in mebibytes. */
export function judgeDisk(free: number, dataDirectory: string): Finding {
  const found = `${free} MiB free for ${dataDirectory}`;
  if (free < leastMebibytes) return wrong('disk', found, 'make room, or move DATA_DIR to a larger disk');
  if (free < fewMebibytes)
    return warning('disk', found, 'make room in time, or keep less by a smaller RETENTION_DAYS');
  return ok('disk', found);
}

/** Where the folder does not exist yet, the disk of the nearest one above it. */
async function statfsOfNearest(path: string): Promise<{ readonly bavail: number; readonly bsize: number }> {
  try {
    return await statfs(path);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && dirname(path) !== path) return statfsOfNearest(dirname(path));
    throw error;
  }
}
