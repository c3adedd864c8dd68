/**
 * Looks at a body before it is parsed. `JSON.parse` goes to any depth and makes any number of values; this one look at
 * the bytes stops where there is too much.
 */
import type { BodyLimits } from './body-limits.js';

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Says what a body has too much of, so that it reads on from "The body"; null where it may be parsed. Takes one pass over
 * the bytes at the most. Whether they are JSON at all is not asked.
 */
export function excessIn(body: Uint8Array, most: Pick<BodyLimits, 'depth' | 'values'>): string | null {
  let depth = 0;
  let values = 0;
  for (let place = 0; place < body.length; place += 1) {
    const byte = body[place];
    if (byte === quote) {
      // A text ends at the next quote that no backslash stands before.
      for (place += 1; place < body.length && body[place] !== quote; place += 1)
        if (body[place] === backslash) place += 1;
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      values += 1;
      if (depth > most.depth) return `must not be nested deeper than ${most.depth} levels`;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1;
    } else if (byte === comma) {
      values += 1;
    } else {
      continue;
    }
    if (values > most.values) return `must not have more than ${most.values} fields and elements`;
  }
  return null;
}
