import { IncomingLines, withoutReturn } from './incoming-lines.js';
import type { KeptBody } from './kept-body.js';

/** A chunk's size line, and all trailers together, are no longer in any honest answer. */
const longestLines = 16 * 1024;

const nothing = Buffer.alloc(0);

/** How far a chunked body has come, and the bytes behind its end. */
export interface ChunkedState {
  readonly is: 'going on' | 'whole' | 'over';
  readonly rest: Buffer;
}

const goingOn: ChunkedState = { is: 'going on', rest: nothing };
const over: ChunkedState = { is: 'over', rest: nothing };

/** Takes the chunked coding (RFC 9112 section 7.1) off a body. Trailers are read and dropped. */
export class ChunkedBody {
  #part: 'size' | 'data' | 'data end' | 'trailers' = 'size';
  readonly #lines = new IncomingLines();
  #missing = 0;
  #linesLength = 0;

  constructor(private readonly body: KeptBody) {}

  /** Takes the next bytes. `over` where they are malformed, with these in `rest`, or where more has come than is kept. */
  read(bytes: Buffer): ChunkedState {
    let start = 0;
    while (start < bytes.length) {
      if (this.#part === 'data') {
        const part = bytes.subarray(start, start + this.#missing);
        start += part.length;
        this.#missing -= part.length;
        if (!this.body.take(part)) return over;
        if (this.#missing === 0) this.#part = 'data end';
        continue;
      }
      const line = this.#lines.next(bytes, start);
      const length = this.#linesLength + (line === null ? this.#lines.held.length : line.text.length);
      if (line === null && length <= longestLines) return goingOn;
      if (line === null) return { is: 'over', rest: this.#lines.held };
      this.#linesLength = length;
      const text = withoutReturn(line.text);
      if (length > longestLines || !this.#takeLine(text)) {
        const itself = Buffer.from(`${line.text}\n`, 'latin1');
        return { is: 'over', rest: Buffer.concat([itself, bytes.subarray(line.end)]) };
      }
      start = line.end;
      if (this.#part === 'trailers' && text === '') return { is: 'whole', rest: bytes.subarray(start) };
    }
    return goingOn;
  }

  /** Answers false where the line is malformed. */
  #takeLine(line: string): boolean {
    if (this.#part === 'trailers') return line === '' || line.indexOf(':') > 0;
    this.#linesLength = 0;
    if (this.#part === 'data end') {
      this.#part = 'size';
      return line === '';
    }
    const [, size] = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line) ?? [];
    if (size === undefined) return false;
    this.#missing = Number.parseInt(size, 16);
    this.#part = this.#missing === 0 ? 'trailers' : 'data';
    return true;
  }
}
