const nothing = Buffer.alloc(0);

/** Where the class of the status code stands in `HTTP/1.1 100 Continue`. */
const statusAt = 'HTTP/1.1 '.length;
const headEnd = '\r\n\r\n';

/** More of one interim head than this is handed on as it is, for the parser to refuse. */
const longestHead = 16 * 1024;

/**
 * Takes interim answers (1xx, RFC 9110 section 15.2) out of the bytes that come back on a connection. 101 is left in:
 * it ends HTTP on the connection, and nobody asked for it, so the parser has to see and refuse it.
 */
export class InterimAnswers {
  /** What is held back stands at its beginning. It grows by doubling: a head may come byte by byte. */
  #held: Buffer = nothing;
  #heldLength = 0;
  #areExpected = false;

  /** True between a request and the first byte of its final answer. */
  get areExpected(): boolean {
    return this.#areExpected;
  }

  /** A request goes out: what comes next is the head of an answer. */
  expectAnswer(): void {
    this.#areExpected = true;
  }

  /** The part of these bytes, and of those held back before, that belongs to the final answer; empty while none does. */
  passOver(chunk: Buffer): Buffer {
    if (this.#heldLength === 0) return this.#finalPart(chunk);
    // The end of a head may have begun in what is held.
    const from = Math.max(0, this.#heldLength - headEnd.length + 1);
    this.#hold(chunk);
    const bytes = this.#held.subarray(0, this.#heldLength);
    if (isInterim(bytes) && bytes.length <= longestHead && bytes.indexOf(headEnd, from) === -1)
      return nothing;
    this.#held = nothing;
    this.#heldLength = 0;
    return this.#finalPart(bytes);
  }

  #finalPart(bytes: Buffer): Buffer {
    let rest = bytes;
    while (isInterim(rest)) {
      const end = rest.indexOf(headEnd);
      if (end === -1) {
        if (rest.length > longestHead) break;
        this.#hold(rest);
        return nothing;
      }
      rest = rest.subarray(end + headEnd.length);
    }
    if (rest.length < statusAt + 3 && couldBecomeHead(rest)) {
      this.#hold(rest);
      return nothing;
    }
    this.#areExpected = false;
    return rest;
  }

  #hold(bytes: Buffer): void {
    const needed = this.#heldLength + bytes.length;
    if (needed > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#held.length * 2));
      this.#held.copy(larger, 0, 0, this.#heldLength);
      this.#held = larger;
    }
    bytes.copy(this.#held, this.#heldLength);
    this.#heldLength = needed;
  }
}

function isInterim(bytes: Buffer): boolean {
  if (bytes.length < statusAt + 3 || !couldBecomeHead(bytes)) return false;
  const status = bytes.toString('latin1', statusAt, statusAt + 3);
  return /^1\d\d$/.test(status) && status !== '101';
}

function couldBecomeHead(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, Math.min(bytes.length, statusAt));
  return 'HTTP/1.1 '.startsWith(start) || 'HTTP/1.0 '.startsWith(start);
}
