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

/**
 * Does for PGlite what a server's own processes do, between the queries of its one session. It makes checkpoints, which
 * PGlite never does while it is open: its write-ahead log would grow without end. And it has the session refuse writes
 * (SQLSTATE 25006) while the disk is nearly full, since PGlite does not survive a full one.
 */
export class Upkeep {
  private isReadOnly = false;
  private lookedAt = -Infinity;
  private unlookedBytes = 0;
  private checkpointAt: number;
  private bytesSinceCheckpoint = 0;

  constructor(
    /** How many mebibytes are free on the database's disk. */
    private readonly free: () => number,
    /** Told, in a sentence, when writes are refused and when they are taken again. */
    private readonly tell: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.checkpointAt = now() + checkpointEveryMs;
  }

  /** The statements that the session is to run before the next query, which has so many bytes; mostly none. */
  due(bytes: number): readonly string[] {
    this.unlookedBytes += bytes;
    this.bytesSinceCheckpoint += bytes;
    const now = this.now();
    if (now - this.lookedAt < lookEveryMs && this.unlookedBytes < lookEveryBytes) return [];
    this.lookedAt = now;
    this.unlookedBytes = 0;
    return this.lookedAtDisk() ?? this.checkpointAfter(now);
  }

  private lookedAtDisk(): readonly string[] | null {
    const free = this.free();
    if (!this.isReadOnly && free < reserveMebibytes) {
      this.isReadOnly = true;
      this.tell(
        `only ${free} MiB are free on the disk of the embedded database: nothing is stored until there are ` +
          `${resumeAboveMebibytes}. Make room on that disk`,
      );
      const refuse = 'SET default_transaction_read_only = on';
      // The checkpoint may free files of the write-ahead log: enough, perhaps, to go on at the next look.
      return free < checkpointAboveMebibytes ? [refuse] : ['CHECKPOINT', refuse];
    }
    if (this.isReadOnly && free >= resumeAboveMebibytes) {
      this.isReadOnly = false;
      this.tell(`${free} MiB are free on the disk of the embedded database: it stores again`);
      return ['SET default_transaction_read_only = off'];
    }
    return null;
  }

  private checkpointAfter(now: number): readonly string[] {
    if (this.isReadOnly) return [];
    if (now < this.checkpointAt && this.bytesSinceCheckpoint < checkpointEveryBytes) return [];
    this.checkpointAt = now + checkpointEveryMs;
    this.bytesSinceCheckpoint = 0;
    return ['CHECKPOINT'];
  }
}
