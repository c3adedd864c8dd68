/**
 * Control characters, line and paragraph separators, halves of characters, format characters, by which text is
 * turned round (U+202E), and whatever else a terminal draws nothing for, by which it is hidden (Default_Ignorable); all
 * but the two joiners and the variation selectors, which scripts and emoji need (Unicode Standard, section 23.2 and 23.4).
 */
const unprintable =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d\ufe00-\ufe0f])[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** The text with everything replaced that could move a terminal's cursor, change its colours, or turn or hide text. */
export function replaceUnprintable(text: string, replace: (character: string) => string): string {
  return text.replace(unprintable, replace);
}
