import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A disk in memory that is soon full, and can be made larger. */
export interface SmallDisk {
  readonly folder: string;
  grow(mebibytes: number): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Mounts a disk of so many MiB that belongs to the owner of `as`. Null, with a word on it, where this process may not
 * mount: that takes root.
 */
export async function smallDisk(mebibytes: number, as: string): Promise<SmallDisk | null> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]);
  } catch (error) {
    await rm(folder, { recursive: true });
    process.stderr.write(`no disk can be mounted here, so none was filled: ${(error as Error).message}\n`);
    return null;
  }
  const { uid, gid } = await stat(as);
  await chown(folder, uid, gid);
  return {
    folder,
    grow: async (size) => void (await run('mount', ['-o', `remount,size=${size}m`, folder])),
    remove: async () => {
      await run('umount', ['-l', folder]);
      await rm(folder, { recursive: true });
    },
  };
}
