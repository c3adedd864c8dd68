import { StringDecoder } from 'node:string_decoder';

/** Bytes of an answer's body that are kept. */
export const keptBodyBytes = 16 * 1024;

const nothing = Buffer.alloc(0);

/** The first 16 KiB of an answer's body. */
export class KeptBody {
  #bytes: Buffer = nothing;
  #length = 0;
  #isCut = false;

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

  toString(): string {
    if (this.#length === 0) return '';
    const bytes = this.#bytes.subarray(0, this.#length);
    // A decoder leaves out a character that the cut went through; `toString` would put U+FFFD in its place.
    return this.#isCut ? new StringDecoder('utf8').write(bytes) : bytes.toString('utf8');
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.min(Math.max(needed, this.#bytes.length * 2), keptBodyBytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
