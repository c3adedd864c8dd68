/**
 * Reads the answer to one request from the bytes of a connection (RFC 9112), so that the status decides.
 *
 * HTTP parsers in libraries answer a malformed head or body with an error, and keep nothing: a webhook that was received
 * would be reported as failed, and nobody could see with what the endpoint answered. Here, whatever is malformed behind
 * a readable status line ends the answer where it stands, is kept as it came, and costs the connection, which carries
 * no other webhook then. Nothing else depends on where such an answer ends: a connection has one request at a time.
 */
import type { AttemptResponse } from '@belfry/application';
import { AnswerHead, longestHead } from './answer-head.js';
import { ChunkedBody } from './chunked-body.js';
import { IncomingLines, withoutReturn } from './incoming-lines.js';
import { KeptBody } from './kept-body.js';

const nothing = Buffer.alloc(0);
const http1 = 'HTTP/1.';

/** What stands behind the status is anybody's, also where it is cut off or holds carriage returns. */
const statusLine = /^HTTP\/1\.(\d) ([1-9]\d\d)(?: [^]*|\r*)$/;

type Part = 'status line' | 'interim head' | 'head' | 'body' | 'over';

/** Takes an answer in pieces. */
export class AnswerReader {
  #part: Part = 'status line';
  #fault: 'connection' | 'response_too_large' | null = null;
  #isRegular = true;
  readonly #lines = new IncomingLines();
  #headLength = 0;
  #head: AnswerHead | null = null;
  readonly #body = new KeptBody();
  /** Bytes of a counted body that are missing; without a limit where the body goes on until the connection closes. */
  #missing = Infinity;
  #chunks: ChunkedBody | null = null;

  /** Why there is no answer; null while there may be one. */
  get fault(): 'connection' | 'response_too_large' | null {
    return this.#fault;
  }

  /** As much as has come, from the status line on; null before. */
  get response(): AttemptResponse | null {
    if (this.#head === null) return null;
    return { status: this.#head.status, headers: this.#head.toHeaders(), body: this.#body.toString() };
  }

  /** Says whether the answer is over, and was such that the connection may carry another request. */
  get allowsAnother(): boolean {
    return this.#part === 'over' && this.#isRegular && this.#head?.allowsAnother === true;
  }

  get keepAliveSeconds(): number | null {
    return this.#head?.keepAliveSeconds ?? null;
  }

  /** Takes the next bytes; answers true once nothing more is to be read: the answer is over, or there is a fault. */
  read(chunk: Buffer): boolean {
    const bytes = this.#part === 'body' ? chunk : this.#readLines(chunk);
    if (this.#part === 'body' && bytes.length > 0) this.#readBody(bytes);
    return this.#part === 'over';
  }

  /** The connection ended, `isClean` where it was closed and not reset: so does the answer, if there is one. */
  end(isClean: boolean): void {
    if (this.#part === 'over') return;
    const cutLine = this.#lines.held.toString('latin1').trimEnd();
    if (cutLine !== '' && this.#part === 'status line') this.#takeStatusLine(cutLine);
    else if (cutLine !== '' && this.#part === 'head') this.#head?.take(cutLine);
    if (this.#head === null) {
      this.#fail('connection');
      return;
    }
    const isWhole = this.#part === 'body' && this.#chunks === null && this.#missing === Infinity && isClean;
    this.#finish(nothing, isWhole);
  }

  /** Reads lines of a head while there are whole ones; answers the bytes behind the head. */
  #readLines(bytes: Buffer): Buffer {
    let start = 0;
    while (this.#part !== 'body' && this.#part !== 'over') {
      const isBeginning = this.#part === 'status line';
      const line = this.#lines.next(bytes, start);
      if (isBeginning && !couldBeHttp(line?.text ?? this.#lines.held.toString('latin1', 0, http1.length)))
        return this.#fail('connection');
      // Its colon is not counted, as in common parsers.
      const text = line === null ? '' : withoutReturn(line.text);
      const length = line === null ? this.#lines.held.length : Math.max(1, text.length - 1);
      if (this.#headLength + length > longestHead) return this.#fail('response_too_large');
      if (line === null) return nothing;
      this.#headLength += length;
      start = line.end;
      this.#takeLine(text, bytes, start);
    }
    return start < bytes.length ? bytes.subarray(start) : nothing;
  }

  /** A line of a head; the bytes behind it begin at `end`. */
  #takeLine(line: string, bytes: Buffer, end: number): void {
    if (this.#part === 'status line') {
      // RFC 9112 section 2.2: empty lines before it are passed over.
      if (line !== '') this.#takeStatusLine(line);
    } else if (this.#part === 'interim head') {
      if (line !== '') return;
      this.#part = 'status line';
      this.#headLength = 0;
    } else if (line !== '') {
      this.#head?.take(line);
    } else {
      this.#beginBody(end < bytes.length ? bytes.subarray(end) : nothing);
    }
  }

  #takeStatusLine(line: string): void {
    const [, minor, digits] = statusLine.exec(line) ?? [];
    const status = Number(digits);
    // 101 ends HTTP on the connection, and was not asked for.
    if (digits === undefined || status === 101) this.#fail('connection');
    // Interim answers are passed over, asked for or not (RFC 9110 section 15.2).
    else if (status < 200) this.#part = 'interim head';
    else {
      this.#head = new AnswerHead(status, Number(minor));
      this.#part = 'head';
    }
  }

  #beginBody(rest: Buffer): void {
    this.#part = 'body';
    const framing = this.#head!.framing;
    if (framing.kind === 'none') this.#finish(rest, true);
    else if (framing.kind === 'unclear') this.#finish(rest, false);
    else if (framing.kind === 'counted') this.#missing = framing.length;
    else if (framing.kind === 'chunked') this.#chunks = new ChunkedBody(this.#body);
    else this.#isRegular = false;
  }

  #readBody(bytes: Buffer): void {
    if (this.#chunks !== null) {
      const state = this.#chunks.read(bytes);
      if (state.is !== 'going on') this.#finish(state.rest, state.is === 'whole');
      return;
    }
    const part = bytes.length > this.#missing ? bytes.subarray(0, this.#missing) : bytes;
    this.#missing -= part.length;
    if (!this.#body.take(part)) this.#finish(nothing, false);
    else if (this.#missing === 0) this.#finish(bytes.subarray(part.length), true);
  }

  /** The answer ends here. What came behind its end is shown with it. */
  #finish(rest: Buffer, isRegular: boolean): void {
    this.#part = 'over';
    this.#lines.forget();
    this.#isRegular &&= isRegular && rest.length === 0;
    if (rest.length > 0) this.#body.take(rest);
  }

  #fail(fault: 'connection' | 'response_too_large'): Buffer {
    this.#part = 'over';
    this.#lines.forget();
    this.#fault = fault;
    return nothing;
  }
}

/** Says whether this begins a status line, or an empty line before it. */
function couldBeHttp(text: string): boolean {
  return text === '' || text.startsWith('\r') || http1.startsWith(text.slice(0, http1.length));
}
