import { z } from 'zod';
import { failure, firstProblems, maximumProblems, parseWith, pointerTo, success } from './problem.js';

describe('pointerTo', () => {
  it.each([
    [[], ''],
    [['data', 'run_id'], '/data/run_id'],
    [['events', 0], '/events/0'],
    [['a/b', 'c~d', ''], '/a~1b/c~0d/'],
    [['~1'], '/~01'],
  ])('writes %j as RFC 6901 does', (path, pointer) => {
    expect(pointerTo(path)).toBe(pointer);
  });
});

describe('parseWith', () => {
  const schema = z.strictObject({
    name: z.string('must be a string'),
    inner: z.strictObject({ size: z.number() }),
  });

  it('answers the value', () => {
    const value = { name: 'Acme', inner: { size: 1 } };
    expect(parseWith(schema, value)).toEqual(success(value));
  });

  it('names every unknown field by a pointer of its own, beside the other problems', () => {
    const parsed = parseWith(schema, { name: 1, inner: { size: 1, 'a/b': 1 }, one: 1, two: 2 });
    expect(parsed.ok ? [] : parsed.problems).toEqual([
      { pointer: '/name', message: 'must be a string' },
      { pointer: '/inner/a~1b', message: 'is not a known field' },
      { pointer: '/one', message: 'is not a known field' },
      { pointer: '/two', message: 'is not a known field' },
    ]);
  });

  it('takes __proto__ for an unknown field, not for a prototype', () => {
    const input: unknown = JSON.parse('{"name":"Acme","inner":{"size":1},"__proto__":{"polluted":true}}');
    expect(parseWith(schema, input)).toEqual(
      failure({ pointer: '/__proto__', message: 'is not a known field' }),
    );
  });

  it.each([maximumProblems, maximumProblems + 1, 350_000])(
    'names %i unknown fields as far as there is room, and says how many it leaves out',
    (count) => {
      const input = Object.fromEntries(Array.from({ length: count }, (_, number) => [`x${number}`, 1]));
      const parsed = parseWith(z.strictObject({}), input);
      const problems = parsed.ok ? [] : parsed.problems;
      const leftOut = count - maximumProblems;
      expect(problems.slice(0, maximumProblems)).toEqual(
        Array.from({ length: maximumProblems }, (_, number) => ({
          pointer: `/x${number}`,
          message: 'is not a known field',
        })),
      );
      expect(problems.slice(maximumProblems).map(({ message }) => message)).toEqual(
        leftOut === 0
          ? []
          : [
              leftOut === 1
                ? 'has 1 more problem, not listed here'
                : `has ${leftOut} more problems, not listed here`,
            ],
      );
    },
  );

  it('counts what was left out before, where more is left out', () => {
    const input = Object.fromEntries(Array.from({ length: 300 }, (_, number) => [`x${number}`, 1]));
    const parsed = parseWith(z.strictObject({}), input);
    expect(firstProblems(parsed.ok ? [] : parsed.problems, 2)).toEqual([
      { pointer: '/x0', message: 'is not a known field' },
      { pointer: '/x1', message: 'is not a known field' },
      { pointer: '', message: 'has 298 more problems, not listed here' },
    ]);
  });

  it('counts all that is wrong, of whatever kind', () => {
    const items = z.strictObject({ list: z.array(z.strictObject({})) });
    const parsed = parseWith(items, {
      list: [...Array<number>(40).fill(1), ...Array(40).fill({ a: 1, b: 2 })],
      c: 1,
    });
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems).toHaveLength(maximumProblems + 1);
    expect(problems.at(-1)!.message).toContain(`has ${40 + 80 + 1 - maximumProblems} more problems`);
  });

  it('does not repeat a name that is long', () => {
    const parsed = parseWith(schema, { name: 'Acme', inner: { size: 1, ['x'.repeat(60_000)]: 1 } });
    expect(parsed).toEqual(
      failure({
        pointer: '/inner',
        message: 'has an unknown field whose name is 60000 characters long',
      }),
    );
  });
});
