/**
 * Control characters, line and paragraph separators, halves of characters, and format characters, by which text is
 * turned round (U+202E) or hidden; all but the two joiners, which scripts and emoji need (Unicode Standard, section 23.2).
 */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;

/** The text with everything replaced that could move a terminal's cursor, change its colours, or turn or hide text. */
export function replaceUnprintable(text: string, replace: (character: string) => string): string {
  return text.replace(unprintable, replace);
}
