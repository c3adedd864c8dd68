import { statfsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { embeddedFiles } from './database-folder.js';

const mebibyte = 1024 * 1024;

/**
 * What is kept free on the disk: PGlite does not survive a write-ahead log that can't be written. It is written in files
 * of 16 MiB, of which a read or a checkpoint may begin one, and another program may take room between two looks.
 */
export const reserveMebibytes = 64;
/** What a new database takes before anything is stored in it. */
const newDatabaseMebibytes = 40;

/** The room for an embedded database, in mebibytes. */
export interface DiskRoom {
  readonly free: number;
  /** With less than this the database is not opened. */
  readonly least: number;
}

/** How much room there is for the embedded database of a data directory, and how much it takes to open it. */
export async function roomFor(dataDirectory: string): Promise<DiskRoom> {
  const isThere = await access(embeddedFiles(dataDirectory)).then(
    () => true,
    () => false,
  );
  const least = isThere ? reserveMebibytes : reserveMebibytes + newDatabaseMebibytes;
  return { free: freeMebibytes(resolve(dataDirectory)), least };
}

/** Throws, with what to do, where there is too little room to open the database. */
export async function requireRoomFor(dataDirectory: string): Promise<void> {
  const { free, least } = await roomFor(dataDirectory);
  if (free < least)
    throw new Error(
      `only ${free} MiB are free for the embedded database in ${dataDirectory}, but it needs ${least} MiB: ` +
        'free up space on that disk, or move DATA_DIR to a larger one',
    );
}

/**
 * How much is free for the folder. Where it does not exist yet, its disk is that of the nearest one above it; where the
 * file system does not say how large it is, there is no limit to be known.
 */
export function freeMebibytes(folder: string): number {
  try {
    const { bavail, bsize, blocks } = statfsSync(folder);
    return blocks === 0 ? Infinity : Math.floor((bavail * bsize) / mebibyte);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && dirname(folder) !== folder) return freeMebibytes(dirname(folder));
    throw error;
  }
}
