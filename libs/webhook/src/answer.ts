import type { AttemptResponse } from '@belfry/application';
import { StringDecoder } from 'node:string_decoder';

/** Bytes of an answer's body that are kept. */
export const keptBodyBytes = 16 * 1024;

/** Characters of an answer's headers, names and values together, that are kept; the parser allows about as many. */
const keptHeaderCharacters = 16 * 1024;

/** An answer as it comes in: the head, then the body's first 16 KiB. */
export class Answer {
  #bytes = Buffer.alloc(0);
  #length = 0;
  #isCut = false;

  constructor(
    private readonly status: number,
    private readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  ) {}

  /** Takes a part of the body; answers false once there is more than is kept. */
  take(chunk: Buffer): boolean {
    const needed = Math.min(this.#length + chunk.length, keptBodyBytes);
    if (needed > this.#bytes.length) this.#grow(needed);
    // Copied, since a chunk of one byte may hold on to a read buffer of 64 KiB.
    chunk.copy(this.#bytes, this.#length, 0, needed - this.#length);
    this.#isCut ||= this.#length + chunk.length > keptBodyBytes;
    this.#length = needed;
    return !this.#isCut;
  }

  /** What has come so far. */
  toResponse(): AttemptResponse {
    return {
      status: this.status,
      headers: keptHeaders(this.headers),
      body: this.#body(),
    };
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.min(Math.max(needed, this.#bytes.length * 2), keptBodyBytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  #body(): string {
    const bytes = this.#bytes.subarray(0, this.#length);
    // A decoder leaves out a character that the cut went through; `toString` would put U+FFFD in its place.
    return this.#isCut ? new StringDecoder('utf8').write(bytes) : bytes.toString('utf8');
  }
}

/** Headers with repeated ones joined (RFC 9110 section 5.3), as far as they fit. */
function keptHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  let room = keptHeaderCharacters;
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value.join(', ') : String(value);
    if (name.length >= room) break;
    kept.push([name, text.slice(0, room - name.length)]);
    room -= name.length + text.length;
    if (room <= 0) break;
  }
  return Object.fromEntries(kept);
}
