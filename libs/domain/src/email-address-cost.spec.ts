import { stepsOf, stopCounting } from '../../../tools/jest/steps.cjs';
import { longestEntry, parseEmailAddress, parseEmailList } from './email-address.js';

afterAll(stopCounting);

/** What one character may cost: a few rounds of a few loops. The parser that this one replaced took 9,000. */
const stepsOfACharacter = 20;
/** What a call costs whatever it is given, the words of 20 problems included. */
const stepsOfACall = 2000;

const hostile: readonly (readonly [kind: string, piece: string])[] = [
  ['quotes', '"'],
  ['pairs of quotes', '"",'],
  ['open comments', '('],
  ['comments', '()'],
  ['comments before an address', '()()()()a@b.co,'],
  ['nested comments', `${'('.repeat(290)}${')'.repeat(290)}a@b.co,`],
  ['comments between words', 'a(b(c)d)'],
  ['commas', ','],
  ['spaces', ' '],
  ['spaces and letters', ' a'],
  ['backslashes', '\\'],
  ['quoted backslashes', '"\\'],
  ['at signs', '@'],
  ['angle brackets', '<'],
  ['dots', 'a.'],
  ['labels', 'a.b-'],
  ['folded lines', 'a\r\n '],
  ['line breaks', '\r\n'],
  ['doubles of one address', 'a@b.co,'],
  ['doubles with names', '"a" b <a@b.co>,'],
  ['half characters', '\ud83d'],
  ['long names', `${' x'.repeat(290)} <a@b.co>,`],
  ['long domains', `a@${'b.'.repeat(290)}co,`],
  ['international domains', 'a@bücher.example,'],
];

describe.each(hostile)('text made of %s costs a few steps a character', (_kind, piece) => {
  const textOf = (length: number) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
  beforeAll(() => void parseEmailList('"warm, up" <a@b.co>, a@bücher.example, bad'));

  it.each([4096, 30_000, 65_536])('as a list of %d characters', (length) => {
    const text = textOf(length);
    expect(stepsOf(() => parseEmailList(text))).toBeLessThan(stepsOfACall + stepsOfACharacter * length);
  });

  it('as an array of entries that are as long as they may be', () => {
    const entries = Array.from({ length: 100 }, () => textOf(longestEntry));
    const steps = stepsOf(() => parseEmailList(entries));
    expect(steps).toBeLessThan(stepsOfACall + stepsOfACharacter * longestEntry * entries.length);
  });

  it.each([150, 600, 60_000])('as one address of %d characters', (length) => {
    const text = textOf(length);
    expect(stepsOf(() => parseEmailAddress(text))).toBeLessThan(stepsOfACall + stepsOfACharacter * length);
  });
});
