/**
 * Names of others in what is plain text: subjects, headers and the text part. In HTML `<bdi>` does the same.
 *
 * Whoever chooses a name could turn the text around it with Unicode's controls of direction (UAX #9): U+202E makes the
 * rest of a subject read backwards. They are left out. Letters that are written from right to left stay, and are isolated, so
 * that digits and brackets behind them keep their places.
 */

/** The controls of direction, and the deprecated ones that change how letters join and digits look (U+206A to U+206F). */
const directionControls = /[\p{Bidi_Control}\u206a-\u206f]/gu;

/** Scripts written from right to left have their blocks here, and the planes set aside for more of them. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

const firstStrongIsolate = '\u2068';
const popDirectionalIsolate = '\u2069';

/** The text without controls of direction. */
export function withoutDirectionControls(text: string): string {
  return text.replace(directionControls, '');
}

/** A URL with its controls of direction percent-encoded, which means the same to whoever opens it. */
export function withEncodedDirectionControls(url: string): string {
  return url.replace(directionControls, encodeURIComponent);
}

/** A value of others as it may stand within a line of ours. */
export function shownName(name: string): string {
  const plain = withoutDirectionControls(name);
  return rightToLeft.test(plain) ? `${firstStrongIsolate}${plain}${popDirectionalIsolate}` : plain;
}
