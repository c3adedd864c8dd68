/** A disk in memory that is soon full, for tests and the chaos run. */
import { execFile, spawnSync } from 'node:child_process';
import { rmSync, statfsSync } from 'node:fs';
import { chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const mebibyte = 1024 * 1024;
const mostTries = 20;

/** A disk that can be filled, and made larger. */
export interface SmallDisk {
  readonly folder: string;
  /** How many MiB are free. */
  free(): number;
  /** Leaves so many MiB free, until `makeRoom`. */
  fill(left: number): Promise<void>;
  makeRoom(): Promise<void>;
  grow(mebibytes: number): Promise<void>;
  /** Removes it where nothing can be waited for. */
  abandon(): void;
  remove(): Promise<void>;
}

/**
 * Mounts a disk of so many MiB, which belongs to the owner of `as` where that is given. Null, with a word on it, where
 * this process may not mount: that takes root.
 */
export async function smallDisk(mebibytes: number, as?: string): Promise<SmallDisk | null> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]);
  } catch (error) {
    await rm(folder, { recursive: true });
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`no disk can be mounted here, so none was filled: ${reason}\n`);
    return null;
  }
  if (as !== undefined) {
    const { uid, gid } = await stat(as);
    await chown(folder, uid, gid);
  }
  const room = () => {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return { free: bavail * bsize, used: (blocks - bavail) * bsize };
  };
  const resize = async (bytes: number) => {
    await run('mount', ['-o', `remount,size=${bytes}`, folder]);
  };
  let size = mebibytes * mebibyte;
  return {
    folder,
    free: () => Math.floor(room().free / mebibyte),
    fill: async (left) => {
      // Whoever is writing may have taken more by now, and a disk is never made smaller than what is on it.
      for (let tried = 1; ; tried += 1) {
        try {
          await resize(room().used + left * mebibyte);
          return;
        } catch (error) {
          if (tried === mostTries) throw error;
        }
      }
    },
    makeRoom: () => resize(size),
    grow: async (more) => {
      size = more * mebibyte;
      await resize(size);
    },
    abandon: () => {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
    remove: async () => {
      await run('umount', ['-l', folder]);
      await rm(folder, { recursive: true });
    },
  };
}
