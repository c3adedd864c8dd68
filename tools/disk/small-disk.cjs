/** A disk that is soon full: in memory, for tests and the chaos run. */
const { execFile, spawnSync } = require('node:child_process');
const { chown, mkdtemp, rm, stat } = require('node:fs/promises');
const { rmSync, statfsSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { promisify } = require('node:util');

const run = promisify(execFile);
const mebibyte = 1024 * 1024;
const mostTries = 20;

/**
 * Mounts a disk of so many MiB, which belongs to the owner of `as` where that is given. Null, with a word on it, where
 * this process may not mount: that takes root.
 */
async function smallDisk(mebibytes, as) {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]);
  } catch (error) {
    await rm(folder, { recursive: true });
    process.stderr.write(`no disk can be mounted here, so none was filled: ${error.message}\n`);
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
  const resize = (bytes) => run('mount', ['-o', `remount,size=${bytes}`, folder]);
  let size = mebibytes * mebibyte;
  return {
    folder,
    free: () => Math.floor(room().free / mebibyte),
    fill: async (left) => {
      // Whoever writes meanwhile may have taken more by now, and a disk is never made smaller than what is on it.
      for (let tried = 1; ; tried += 1) {
        try {
          return void (await resize(room().used + left * mebibyte));
        } catch (error) {
          if (tried === mostTries) throw error;
        }
      }
    },
    makeRoom: async () => void (await resize(size)),
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

module.exports = { smallDisk };
