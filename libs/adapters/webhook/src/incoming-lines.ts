const lineFeed = 10;
const nothing = Buffer.alloc(0);

/** Lines of bytes that come in pieces. One whose end is missing is held; each byte is looked at once and copied a few times at most. */
export class IncomingLines {
  /** What is held begins at its start. It grows by doubling: a line may come byte by byte. */
  #held: Buffer = nothing;
  #length = 0;

  /** The start of a line whose end has not come. */
  get held(): Buffer {
    return this.#held.subarray(0, this.#length);
  }

  /**
   * The next line, from `start` on: its text (Latin-1) without the line feed, and where the bytes behind it begin. Null
   * where its end is not there: the bytes are held then.
   */
  next(bytes: Buffer, start: number): { readonly text: string; readonly end: number } | null {
    const end = bytes.indexOf(lineFeed, start);
    if (end === -1) {
      this.#hold(bytes.subarray(start));
      return null;
    }
    const text = bytes.toString('latin1', start, end);
    if (this.#length === 0) return { text, end: end + 1 };
    const whole = this.held.toString('latin1') + text;
    this.forget();
    return { text: whole, end: end + 1 };
  }

  forget(): void {
    if (this.#length === 0) return;
    this.#held = nothing;
    this.#length = 0;
  }

  #hold(bytes: Buffer): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#held.length * 2));
      this.#held.copy(larger, 0, 0, this.#length);
      this.#held = larger;
    }
    bytes.copy(this.#held, this.#length);
    this.#length = needed;
  }
}

/** A line's text without the carriage return at its end; a line may end without one (RFC 9112 section 2.2). */
export function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
