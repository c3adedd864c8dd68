import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the parts of an embedded database are. */
export interface DatabaseFolder {
  /** The data directory, as a person knows it. */
  readonly dataDirectory: string;
  /** PGlite's own files. */
  readonly files: string;
  readonly lock: string;
  /** The folder of the unix socket: clients of PostgreSQL look for the name `.s.PGSQL.5432` in it. */
  readonly socketFolder: string;
  readonly socket: string;
}

/** What the kernel has room for in a unix socket's address, less the closing zero: 104 bytes on macOS, 108 on Linux. */
const longestSocketPath = 103;
const socketName = '.s.PGSQL.5432';
const ownerOnly = 0o700;
const ownerOnlyFile = 0o600;

/** Where PGlite's own files are; they are there once the database was made. */
export function embeddedFiles(dataDirectory: string): string {
  return join(resolve(dataDirectory), 'database', 'files');
}

/**
 * Makes the folder `database` in the data directory, for its owner alone: it holds secrets, and whoever reaches the
 * socket reaches them. Where the path is too long for a unix socket, the socket is in a folder of its own in the
 * system's temporary directory, named after the path.
 */
export async function prepareFolder(dataDirectory: string): Promise<DatabaseFolder> {
  const path = join(resolve(dataDirectory), 'database');
  await makePrivate(path);
  const folder = await realpath(path);
  let socketFolder = folder;
  if (Buffer.byteLength(join(folder, socketName)) > longestSocketPath) {
    const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
    socketFolder = join(tmpdir(), `belfry-${name}`);
    await makePrivate(socketFolder);
  }
  return {
    dataDirectory: resolve(dataDirectory),
    files: join(folder, 'files'),
    lock: join(folder, 'lock'),
    socketFolder,
    socket: join(socketFolder, socketName),
  };
}

/**
 * Takes everybody but their owner off the files in the database's folder. The folder itself keeps others out; a file that
 * is copied or moved out of it takes its own mode along.
 */
export async function makePrivateWithin({ lock, files }: DatabaseFolder): Promise<void> {
  await chmod(lock, ownerOnlyFile);
  await chmod(files, ownerOnly);
  for (const entry of await readdir(files, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, ownerOnly);
    else if (entry.isFile()) await chmod(path, ownerOnlyFile);
  }
}

/** Anyone could have made a folder of that name in a directory that all may write to: then it is not ours to use. */
async function makePrivate(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: ownerOnly });
  const { uid } = await stat(path);
  if (process.getuid !== undefined && uid !== process.getuid()) {
    throw new Error(`${path} belongs to another user: give this process its own DATA_DIR`);
  }
  await chmod(path, ownerOnly);
}
