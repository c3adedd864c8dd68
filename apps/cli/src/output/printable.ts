import { replaceUnprintable } from '@belfry/domain';

/**
 * The text as a terminal may be given it: what could move its cursor, change its colours, turn or hide text is written
 * as a JSON escape. Names, bodies of responses and webhooks come from strangers. Line breaks stay where `keepsLines` is
 * true.
 */
export function printable(text: string, keepsLines = false): string {
  return replaceUnprintable(text, (character) =>
    keepsLines && character === '\n' ? character : escaped(character),
  );
}

/** A document as JSON that a terminal may be given: whoever parses it gets what was there. */
export function printableJson(document: unknown, indentation?: number): string {
  // JSON has its own escapes for U+0000 to U+001F alone. Outside of its strings it has none of the others.
  return printable(JSON.stringify(document, null, indentation), true);
}

/** One escape for each half of a character beyond U+FFFF, as JSON has it (RFC 8259, section 7). */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_half, place) => `\\u${character.charCodeAt(place).toString(16).padStart(4, '0')}`,
  ).join('');
}
