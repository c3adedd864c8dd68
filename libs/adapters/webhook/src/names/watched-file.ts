import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';

/** How often a file is looked at, in milliseconds. */
const lookMs = 1_000;

/**
 * What a small file says, read once and again whenever it has changed. One that is missing or may not be read says what
 * an empty one says, as the system's own resolver has it. Not by `fs.watchFile`: that takes its first look later than our first reading.
 */
export class WatchedFile<T> {
  #seen: string;
  #content: T;
  #isLooking = false;
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly path: string,
    private readonly parse: (text: string) => T,
  ) {
    this.#seen = markOf(statSync(path, { throwIfNoEntry: false }));
    this.#content = parse(this.#seen === '' ? '' : readIfAllowed(path));
    this.#timer = setInterval(() => void this.#look(), lookMs).unref();
  }

  /** The old text is used until the new one is read: no one waits for a disk. */
  get content(): T {
    return this.#content;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const seen = markOf(await stat(this.path).catch(() => undefined));
      if (seen === this.#seen) return;
      this.#content = this.parse(seen === '' ? '' : await readFile(this.path, 'utf8'));
      this.#seen = seen;
    } catch {
      // It went away or changed once more while it was read: the next look sees that.
    } finally {
      this.#isLooking = false;
    }
  }
}

function readIfAllowed(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** What differs between two states of a file; empty where it is not there. */
function markOf(
  found: { readonly ino: number; readonly size: number; readonly mtimeMs: number } | undefined,
): string {
  return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeMs}`;
}
