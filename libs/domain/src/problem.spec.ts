import { z } from 'zod';
import { failure, parseWith, pointerTo, success } from './problem.js';

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
});
