import fc from 'fast-check';
import { v7 } from 'uuid';
import { idsAround, smallestUuidAt } from './uuid-bounds.js';

const milliseconds = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('the smallest UUIDv7 of a millisecond', () => {
  it('is not above any id made in it, and above every id made before it', () => {
    fc.assert(
      fc.property(milliseconds, milliseconds, (one, other) => {
        const bound = smallestUuidAt(new Date(one));
        const id = v7({ msecs: other });
        expect(id >= bound).toBe(other >= one);
      }),
    );
  });

  it('is a UUID of version 7, also for times that its 48 bits do not hold', () => {
    expect(smallestUuidAt(new Date('2026-11-24T12:00:00.000Z'))).toBe('01a20d6d-5a00-7000-8000-000000000000');
    expect(smallestUuidAt(new Date('1901-01-01T00:00:00Z'))).toBe('00000000-0000-7000-8000-000000000000');
  });
});

describe('the ids around a range of time', () => {
  it('leave no row of the range out while clocks differ by less than an hour', () => {
    const from = new Date('2026-11-24T12:00:00Z');
    const to = new Date('2026-11-25T12:00:00Z');
    const { low, high } = idsAround(from, to);
    const minutes = (count: number) => count * 60_000;
    expect(v7({ msecs: from.getTime() - minutes(59) }) >= low!).toBe(true);
    expect(v7({ msecs: to.getTime() + minutes(59) }) < high!).toBe(true);
    expect(v7({ msecs: from.getTime() - minutes(61) }) >= low!).toBe(false);
    expect(v7({ msecs: to.getTime() + minutes(61) }) < high!).toBe(false);
  });

  it('have no bound where the range has none', () => {
    expect(idsAround(undefined, undefined)).toEqual({ low: null, high: null });
  });
});
