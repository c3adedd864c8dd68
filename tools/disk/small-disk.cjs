/** A disk that is soon full: in memory, for tests and the chaos run. */
const { execFile } = require('node:child_process');
const { chown, mkdtemp, rm, stat, writeFile } = require('node:fs/promises');
const { statfsSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { promisify } = require('node:util');

const run = promisify(execFile);
const mebibyte = 1024 * 1024;

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
  const filling = join(folder, 'filling');
  const free = () => {
    const { bavail, bsize } = statfsSync(folder);
    return Math.floor((bavail * bsize) / mebibyte);
  };
  return {
    folder,
    free,
    fill: (left) => writeFile(filling, Buffer.alloc(Math.max(0, free() - left) * mebibyte)),
    makeRoom: () => rm(filling, { force: true }),
    grow: async (size) => void (await run('mount', ['-o', `remount,size=${size}m`, folder])),
    remove: async () => {
      await run('umount', ['-l', folder]);
      await rm(folder, { recursive: true });
    },
  };
}

module.exports = { smallDisk };
