/**
 * The development mailbox' folder: one file per mail, `{milliseconds}-{sequence}-{random}.eml`, so that the order of
 * names is the order of arrival, within one process to the mail, between processes to the millisecond. A mail is
 * written to a temporary file, flushed, and renamed: a reader sees all of it or nothing, and it survives a crash.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const namePattern = /^(\d{13})-\d{6}-[0-9a-f]{8}$/;
const ending = '.eml';
const temporaryEnding = '.part';
const ownerOnly = 0o700;

/** A temporary file this old, in milliseconds, was left behind by a process that died. */
const abandonedAfterMs = 10 * 60_000;

/** Mails as files, with their ids. */
export class MailboxFolder {
  private sequence = 0;
  private lastMs = 0;

  /** `limit` is how many mails are kept; the oldest go first. */
  constructor(
    private readonly directory: string,
    private readonly limit = 500,
  ) {}

  /** Closes a folder to others that an earlier version left open: mails are their recipients'. */
  async makePrivate(): Promise<void> {
    await absent(chmod(this.directory, ownerOnly), undefined);
  }

  /** Keeps a message, durably, and answers its id. */
  async write(message: Buffer): Promise<string> {
    const id = this.nextId();
    const temporary = join(this.directory, id + temporaryEnding);
    await mkdir(this.directory, { recursive: true, mode: ownerOnly });
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(message);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(this.directory, id + ending));
    await this.flushNames();
    await this.removeOldest();
    return id;
  }

  /** The ids of the newest mails, newest first. */
  async newest(limit: number): Promise<string[]> {
    return (await this.ids()).reverse().slice(0, limit);
  }

  /** A message, or null where there is none by this id, or where this can't be an id. */
  async read(id: string): Promise<Buffer | null> {
    return namePattern.test(id) ? absent(readFile(join(this.directory, id + ending)), null) : null;
  }

  /** When the mail with this id came. */
  static receivedAt(id: string): Date {
    return new Date(Number(namePattern.exec(id)![1]));
  }

  /** Time never goes back within this process, so that a corrected clock does not mix up the order. */
  private nextId(): string {
    this.lastMs = Math.max(this.lastMs, Date.now());
    this.sequence = (this.sequence + 1) % 1_000_000;
    if (this.sequence === 0) this.lastMs += 1;
    const digits = (value: number, length: number) => String(value).padStart(length, '0');
    return `${digits(this.lastMs, 13)}-${digits(this.sequence, 6)}-${randomBytes(4).toString('hex')}`;
  }

  private async names(): Promise<string[]> {
    return (await absent(readdir(this.directory), [])).sort();
  }

  private async ids(): Promise<string[]> {
    return (await this.names())
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length))
      .filter((id) => namePattern.test(id));
  }

  /** A rename is durable once its folder is flushed. */
  private async flushNames(): Promise<void> {
    const folder = await open(this.directory, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  private async removeOldest(): Promise<void> {
    const names = await this.names();
    const mails = names.filter((name) => name.endsWith(ending));
    const abandoned = names.filter(
      (name) => name.endsWith(temporaryEnding) && Number.parseInt(name, 10) < Date.now() - abandonedAfterMs,
    );
    const surplus = mails.slice(0, Math.max(0, mails.length - this.limit));
    // `force`: another writer may have removed the same file.
    await Promise.all(
      [...surplus, ...abandoned].map((name) => rm(join(this.directory, name), { force: true })),
    );
  }
}

/** The answer, or `otherwise` where the file or folder does not exist: not written yet, or removed since. */
async function absent<Value, Otherwise>(
  answer: Promise<Value>,
  otherwise: Otherwise,
): Promise<Value | Otherwise> {
  try {
    return await answer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  }
}
