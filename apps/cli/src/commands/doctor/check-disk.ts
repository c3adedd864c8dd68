import type { Configuration } from '@belfry/nest';
import { roomFor, type DiskRoom } from '@belfry/persistence';
import { ok, warning, wrong, type Finding } from './finding.js';

const fewMebibytes = 1024;

/** Whether the embedded database has room to grow. A server's disk is not ours to look at: `checkDatabase` says the size. */
export async function checkDisk({
  databaseUrl,
  dataDirectory,
}: Pick<Configuration, 'databaseUrl' | 'dataDirectory'>): Promise<readonly Finding[]> {
  if (databaseUrl !== null) return [];
  return [judgeDisk(await roomFor(dataDirectory), dataDirectory)];
}

/** What is to be said of the room that there is. */
export function judgeDisk({ free, least }: DiskRoom, dataDirectory: string): Finding {
  if (free === Infinity) return ok('disk', `no limit is known for ${dataDirectory}`);
  const found = `${free} MiB free for ${dataDirectory}`;
  if (free < least)
    return wrong('disk', `${found}, ${least} needed`, 'make room, or move DATA_DIR to a larger disk');
  if (free < fewMebibytes)
    return warning('disk', found, 'make room soon, or keep less with a smaller RETENTION_DAYS');
  return ok('disk', found);
}
