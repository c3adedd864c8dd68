import fc from 'fast-check';
import { excessIn } from './json-bounds.js';

const look = (text: string, depth = 3, values = 10) => excessIn(Buffer.from(text), { depth, values });

describe('what a body has too much of', () => {
  it.each([
    ['[[[[', /deeper than 3 levels/],
    ['{"a":[{"b":{', /deeper than 3 levels/],
    ['[1,2,3,4,5,6,7,8,9,10,11]', /more than 10 fields/],
    ['[[],[],[],[],[],[]]', /more than 10 fields/],
    ['[[[],[],[]],[[],[],[]]]'.repeat(2), /more than 10 fields/],
  ])('%s', (text, message) => {
    expect(look(text)).toMatch(message);
  });

  it.each([
    '[[[1]]]',
    '[1,2,3,4,5,6,7,8,9,10]',
    '"[[[[[[,,,,,,,,,,,,,,,,"',
    '["\\"[[[[[[[[", "\\\\"]',
    '["\\\\\\"[[[[[[", 1]',
    '',
    '"',
    '"\\',
    ']]]][[[',
  ])('nothing: %s', (text) => {
    expect(look(text)).toBeNull();
  });

  it('is never said of what is within the bounds, and always of what is not', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const [depth, values] = [depthOf(value), valuesIn(value)];
        const bytes = Buffer.from(JSON.stringify(value, null, 1));
        expect(excessIn(bytes, { depth, values })).toBeNull();
        if (depth > 0) expect(excessIn(bytes, { depth: depth - 1, values })).toMatch(/deeper/);
        if (values > 0) expect(excessIn(bytes, { depth, values: values - 1 })).toMatch(/more than/);
      }),
    );
  });
});

const partsOf = (value: unknown) =>
  typeof value === 'object' && value !== null ? Object.values(value) : null;

function depthOf(value: unknown): number {
  const parts = partsOf(value);
  return parts === null ? 0 : 1 + Math.max(0, ...parts.map(depthOf));
}

/** Objects and arrays, and every part of one beyond its first. */
function valuesIn(value: unknown): number {
  const parts = partsOf(value);
  if (parts === null) return 0;
  return 1 + Math.max(0, parts.length - 1) + parts.reduce((sum: number, part) => sum + valuesIn(part), 0);
}
