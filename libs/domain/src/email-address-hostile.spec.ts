import { parseEmailList } from './email-address.js';

describe('hostile text of 64 KiB', () => {
  const size = 65_536;
  it.each([
    ['quotes', '"'],
    ['pairs of quotes', '"",'],
    ['open comments', '('],
    ['comments', '()'],
    ['comments before an address', '()()()()a@b.co,'],
    ['commas', ','],
    ['spaces', ' '],
    ['spaces and letters', ' a'],
    ['backslashes', '\\'],
    ['quoted backslashes', '"\\'],
    ['at signs', '@'],
    ['angle brackets', '<'],
    ['dots', 'a.'],
    ['folded lines', 'a\r\n '],
    ['doubles of one address', 'a@b.co,'],
    ['doubles with names', '"a" b <a@b.co>,'],
    ['half characters', '\ud83d'],
    ['long names', `${' x'.repeat(290)} <a@b.co>,`],
  ])('is answered within seconds: %s', (_kind, piece) => {
    const text = piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
    const start = performance.now();
    const parsed = parseEmailList(text);
    if (!parsed.ok) expect(parsed.problems.length).toBeLessThanOrEqual(21);
    else expect(parsed.value.length).toBeLessThanOrEqual(1);
    // A bound no machine misses. Given the whole text, the parser takes seconds for white space, four times as long for
    // twice as much, and overflows the stack on comments.
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
