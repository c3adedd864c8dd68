import { reserveMebibytes } from './disk-room.js';

/** A look takes some microseconds; more often than this, or this much data, says nothing new. */
const lookEveryMs = 100;
const lookEveryBytes = 1024 * 1024;
/** Room to go on with, above the reserve: one file of the write-ahead log, so that it does not go back and forth. */
const resumeAboveMebibytes = reserveMebibytes + 16;
/** A checkpoint that finds no room is a PANIC: where another program took it all at once, none is made. */
const checkpointAboveMebibytes = reserveMebibytes / 2;
/** PostgreSQL's own `checkpoint_timeout`, and a size: of what is sent to it, which it writes about three times as large. */
const checkpointEveryMs = 300_000;
const checkpointEveryBytes = 64 * 1024 * 1024;
/** Half a minute after the start and then as often as retention deletes, or where much was written since. */
const firstVacuumMs = 30_000;
const vacuumEveryMs = 600_000;
/**
 * How much that is: little at first, then four times as much each time. The planner knows nothing of a new table, and a claim
 * of mails cost a quarter of a second there; while tables are small, to look at them is cheap.
 */
const firstVacuumBytes = 1024 * 1024;
const vacuumEveryBytes = 64 * 1024 * 1024;
/** The tables that grow, and whose rows are changed and deleted all the time. */
const vacuumedTables = ['deliveries', 'events', 'attempts', 'delivery_statistics'];

/**
 * ANALYZE reads 3,000 rows of each table (300 times the target), not 30,000: nothing else happens there at that time. With a
 * million deliveries that is 60 ms for a table at the most, rather than 240.
 */
export const fewStatistics = 'SET default_statistics_target = 10';

/**
 * Does for PGlite what a server's own processes do, between the queries of its one session. It makes checkpoints, which
 * PGlite never does while it is open: its write-ahead log would grow without end. It vacuums, one table at a time: the room
 * of old row versions is used again, and the planner learns of the new sizes. And it has the session refuse writes
 * (SQLSTATE 25006) while the disk is nearly full, since PGlite does not survive a full one.
 */
export class Upkeep {
  private isReadOnly = false;
  private lookedAt = -Infinity;
  private unlookedBytes = 0;
  private checkpointAt: number;
  private bytesSinceCheckpoint = 0;
  private vacuumAt: number;
  private bytesSinceVacuum = 0;
  private vacuumAfterBytes = firstVacuumBytes;
  private unvacuumed: string[] = [];

  constructor(
    /** How many mebibytes are free on the database's disk. */
    private readonly free: () => number,
    /** Told, in a sentence, when writes are refused and when they are taken again. */
    private readonly tell: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.checkpointAt = now() + checkpointEveryMs;
    this.vacuumAt = now() + firstVacuumMs;
  }

  /** The statements that the session is to run before the next query, which has so many bytes; mostly none. */
  due(bytes: number): readonly string[] {
    this.unlookedBytes += bytes;
    this.bytesSinceCheckpoint += bytes;
    this.bytesSinceVacuum += bytes;
    const now = this.now();
    if (now - this.lookedAt < lookEveryMs && this.unlookedBytes < lookEveryBytes) return [];
    this.lookedAt = now;
    this.unlookedBytes = 0;
    return (
      this.lookedAtDisk() ?? (this.isReadOnly ? [] : (this.checkpointAfter(now) ?? this.vacuumAfter(now)))
    );
  }

  private lookedAtDisk(): readonly string[] | null {
    const free = this.free();
    if (!this.isReadOnly && free < reserveMebibytes) {
      this.isReadOnly = true;
      this.tell(
        `only ${free} MiB are free on the disk of the embedded database: nothing is stored until it has ` +
          `${resumeAboveMebibytes} MiB. Free up space on that disk`,
      );
      const refuse = 'SET default_transaction_read_only = on';
      // The checkpoint may free files of the write-ahead log: enough, perhaps, to go on at the next look.
      return free < checkpointAboveMebibytes ? [refuse] : ['CHECKPOINT', refuse];
    }
    if (this.isReadOnly && free >= resumeAboveMebibytes) {
      this.isReadOnly = false;
      this.tell(`${free} MiB are free on the disk of the embedded database: storing again`);
      return ['SET default_transaction_read_only = off'];
    }
    return null;
  }

  private checkpointAfter(now: number): readonly string[] | null {
    if (now < this.checkpointAt && this.bytesSinceCheckpoint < checkpointEveryBytes) return null;
    this.checkpointAt = now + checkpointEveryMs;
    this.bytesSinceCheckpoint = 0;
    return ['CHECKPOINT'];
  }

  private vacuumAfter(now: number): readonly string[] {
    if (now >= this.vacuumAt || this.bytesSinceVacuum >= this.vacuumAfterBytes) {
      this.vacuumAt = now + vacuumEveryMs;
      this.bytesSinceVacuum = 0;
      this.vacuumAfterBytes = Math.min(4 * this.vacuumAfterBytes, vacuumEveryBytes);
      this.unvacuumed = [...vacuumedTables];
    }
    const table = this.unvacuumed.shift();
    return table === undefined ? [] : [`VACUUM (ANALYZE) ${table}`];
  }
}
