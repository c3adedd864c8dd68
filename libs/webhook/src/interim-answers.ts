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
  #held: Buffer = nothing;
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
    let bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = nothing;
    while (isInterim(bytes)) {
      const end = bytes.indexOf(headEnd);
      if (end === -1) {
        if (bytes.length > longestHead) break;
        this.#held = bytes;
        return nothing;
      }
      bytes = bytes.subarray(end + headEnd.length);
    }
    if (bytes.length < statusAt + 3 && couldBecomeHead(bytes)) {
      this.#held = bytes;
      return nothing;
    }
    this.#areExpected = false;
    return bytes;
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
