/**
 * The embedded database: PGlite in this process, on a folder of the data directory, served on a unix socket there. This
 * process and others reach it through the ordinary driver, as they would reach a PostgreSQL server.
 *
 * One process owns the folder, by a lock of the kernel. Another may join: it uses the owner's socket.
 *
 * What was committed survives the end of the process, however it ends. It is in the operating system's hands by then, not
 * on the disk: PGlite has no fsync, so a power cut can lose the last seconds. Nor has it an autovacuum. A service that
 * must survive either uses a PostgreSQL server.
 */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { sharedSessionSettings } from '../database/session.js';
import { makePrivateWithin, prepareFolder, type DatabaseFolder } from './database-folder.js';
import { freeMebibytes, requireRoomFor } from './disk-room.js';
import { lockFolder, type FolderLock } from './folder-lock.js';
import { endedByPanic } from './panic-watch.js';
import { serveOnSocket } from './socket-server.js';
import { fewStatistics, Upkeep } from './upkeep.js';

/** An embedded database that can be connected to. */
export interface EmbeddedDatabase {
  /** The folder of its unix socket, to be given to the driver as host. */
  readonly socketFolder: string;
  /** True where this process runs it, false where it has joined another. */
  readonly owned: boolean;
  /** Ends it, where this process runs it: to be called after the last connection was closed. */
  close(): Promise<void>;
}

/** How an embedded database is to be opened. */
export interface OpenOptions {
  /** True to use the database of a process that is running on the same folder, where there is one. */
  readonly join: boolean;
  /** Where its tables are, for all who use it: it has one session. */
  readonly schema: string;
  /**
   * How long a connection may keep a transaction open without using it, in milliseconds (30,000): longer than any
   * transaction here takes, even on a busy machine, and shorter than what a person waits for.
   */
  readonly idleInTransactionMs?: number;
  /** Told, in a sentence, when the disk is nearly full, so that nothing is stored, and when it stores again. */
  readonly tell?: ((line: string) => void) | undefined;
}

type Tell = NonNullable<OpenOptions['tell']>;

/** What a checkpoint leaves of the write-ahead log for later: two files rather than five to sixty-four. */
const smallWriteAheadLog = ['-c', 'min_wal_size=32MB', '-c', 'max_wal_size=64MB'];

/** A process that has just taken the lock needs up to some seconds to make a new database. */
const joinWithin = { times: 150, everyMs: 100 };

/** Opens the embedded database of a data directory. Throws, naming the directory, where another process has it. */
export async function openEmbeddedDatabase(
  dataDirectory: string,
  { join, schema, idleInTransactionMs = 30_000, tell = () => undefined }: OpenOptions,
): Promise<EmbeddedDatabase> {
  const folder = await prepareFolder(dataDirectory);
  for (let tried = 0; tried < joinWithin.times; tried += 1) {
    const lock = await lockFolder(folder.lock);
    if (lock !== null) return run(folder, lock, { schema, idleInTransactionMs, tell });
    if (!join) throw new Error(inUse(folder));
    if (await isAlive(folder.socket)) {
      return { socketFolder: folder.socketFolder, owned: false, close: () => Promise.resolve() };
    }
    await pause(joinWithin.everyMs);
  }
  throw new Error(`${inUse(folder)}. Nothing answers at ${folder.socket}`);
}

function inUse(folder: DatabaseFolder): string {
  return (
    `the embedded database in ${folder.dataDirectory} is in use by another process: ` +
    'stop that process, set another DATA_DIR, or set DATABASE_URL to use a PostgreSQL server'
  );
}

async function run(
  folder: DatabaseFolder,
  lock: FolderLock,
  { schema, idleInTransactionMs, tell }: Required<Omit<OpenOptions, 'join'>> & { readonly tell: Tell },
): Promise<EmbeddedDatabase> {
  try {
    await requireRoomFor(folder.dataDirectory);
    const { PGlite } = await import('@electric-sql/pglite');
    const database = await PGlite.create({
      dataDir: folder.files,
      relaxedDurability: false,
      startParams: [...PGlite.defaultStartParams, ...smallWriteAheadLog],
    });
    // PGlite opens its files to everybody, whatever the process' umask.
    await makePrivateWithin(folder);
    // It has one session, which takes no settings from those who connect.
    await database.exec(`${sharedSessionSettings(schema)}; ${fewStatistics}`);
    const upkeep = new Upkeep(() => freeMebibytes(folder.files), tell);
    const server = await serveOnSocket(endedByPanic(database), folder.socket, {
      idleInTransactionMs,
      upkeep,
    });
    return {
      socketFolder: folder.socketFolder,
      owned: true,
      close: async () => {
        await server.close();
        await database.close();
        await makePrivateWithin(folder);
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Whether a process listens on the socket. */
function isAlive(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false));
    connection.once('connect', () => connection.destroy());
  });
}
