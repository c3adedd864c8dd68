/**
 * The text as a terminal may be given it: what could move its cursor, change its colours or hide text is written as a
 * JSON escape. Bodies of responses and of webhooks come from strangers. Line breaks stay where `keepsLines` is true.
 */
export function printable(text: string, keepsLines = false): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    keepsLines && character === '\n' ? character : escaped(character),
  );
}

function escaped(character: string): string {
  return `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
}
