import { readableTime } from './readable-time.js';

describe('a time for people', () => {
  it.each([
    ['2026-11-24T12:00:00.000Z', '24 November 2026, 12:00:00 UTC'],
    ['2024-02-29T00:00:05.999Z', '29 February 2024, 00:00:05 UTC'],
    ['0001-01-01T23:59:59Z', '1 January 0001, 23:59:59 UTC'],
  ])('%s is %s', (timestamp, expected) => expect(readableTime(timestamp)).toBe(expected));

  it.each(['yesterday', '2026-13-01T00:00:00.000Z', '2026-11-24T12:00:00+01:00', ''])(
    '%j stays as it is',
    (text) => expect(readableTime(text)).toBe(text),
  );
});
