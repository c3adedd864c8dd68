import fc from 'fast-check';
import { parseTimestamp } from './timestamp.js';

describe('parseTimestamp', () => {
  it.each([
    ['2026-11-24T12:00:00Z', '2026-11-24T12:00:00.000Z'],
    ['2026-11-24t12:00:00z', '2026-11-24T12:00:00.000Z'],
    ['2026-11-24T12:00:00.5Z', '2026-11-24T12:00:00.500Z'],
    ['2026-11-24T12:00:00.999999999Z', '2026-11-24T12:00:00.999Z'],
    ['2026-11-24T12:00:00+05:30', '2026-11-24T06:30:00.000Z'],
    ['2026-11-24T12:00:00-08:00', '2026-11-24T20:00:00.000Z'],
    ['2026-11-24T12:00:00-00:00', '2026-11-24T12:00:00.000Z'],
    ['2026-12-31T23:30:00-01:00', '2027-01-01T00:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('writes %s in UTC with milliseconds', (given, written) => {
    expect(parseTimestamp(given)).toBe(written);
  });

  it.each([
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60.25Z', '2017-01-01T00:00:00.250Z'],
    ['1990-12-31T15:59:60-08:00', '1991-01-01T00:00:00.000Z'],
  ])('reads the leap second %s as the first moment after it', (given, written) => {
    expect(parseTimestamp(given)).toBe(written);
  });

  it.each([
    '',
    'now',
    '2026-11-24',
    '2026-11-24T12:00:00',
    '2026-11-24 12:00:00Z',
    '2026-11-24T12:00Z',
    '2026-11-24T12:00:00.Z',
    '2026-11-24T24:00:00Z',
    '2026-11-24T12:60:00Z',
    '2026-11-24T12:00:61Z',
    '2026-11-24T12:00:60Z',
    '2026-11-24T23:59:60Z',
    '2026-13-01T12:00:00Z',
    '2026-00-01T12:00:00Z',
    '2026-02-30T12:00:00Z',
    '2023-02-29T12:00:00Z',
    '1900-02-29T12:00:00Z',
    '2026-11-00T12:00:00Z',
    '2026-11-24T12:00:00+24:00',
    '2026-11-24T12:00:00+05:60',
    '2026-11-24T12:00:00+0530',
    '0000-01-01T00:00:00+01:00',
    '9999-12-31T23:30:00-01:00',
    '12026-11-24T12:00:00Z',
    ' 2026-11-24T12:00:00Z',
    '2026-11-24T12:00:00Z\n',
    '２０２６-11-24T12:00:00Z',
    '1764000000',
  ])('answers null for %j', (given) => {
    expect(parseTimestamp(given)).toBeNull();
  });

  it('reads every moment of the years 1 to 9998 in every offset as Date does, and what it wrote as the same again', () => {
    const moment = fc.date({
      min: new Date('0001-01-02T00:00:00Z'),
      max: new Date('9998-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moment, fc.integer({ min: -1439, max: 1439 }), (date, offset) => {
        const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
        const size = Math.abs(offset);
        const two = (number: number) => String(number).padStart(2, '0');
        const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
        const written = parseTimestamp(local + zone);
        expect(written).toBe(date.toISOString());
        expect(parseTimestamp(written!)).toBe(written);
      }),
    );
  });

  it('never throws, and answers null or its own form', () => {
    const lookalike = fc.stringMatching(
      /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/,
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), lookalike), (text) => {
        expect(parseTimestamp(text) ?? '2026-11-24T12:00:00.000Z').toMatch(
          /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
        );
      }),
    );
  });
});
