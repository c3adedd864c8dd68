/** Keys, links and sessions: random secrets of which only a hash is kept. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** A new secret of 256 random bits, in hexadecimal. */
export function newSecret(): string {
  return bytesToHex(globalThis.crypto.getRandomValues(new Uint8Array(32)));
}

/** What is kept of a secret: its SHA-256. A secret this random needs no slow hash. */
export function hashOfSecret(secret: string): Uint8Array {
  return sha256(utf8ToBytes(secret));
}
