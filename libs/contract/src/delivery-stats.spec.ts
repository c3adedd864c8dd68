import fc from 'fast-check';
import { beginningOfWindow, statisticsWindow } from './delivery-stats.js';

test.each([
  ['1h', 1],
  ['24h', 24],
  ['7d', 168],
  ['31d', 744],
  ['744h', 744],
  ['745h', null],
  ['32d', null],
  ['0h', null],
  ['24', null],
  ['24H', null],
  [' 24h', null],
])('the window "%s" has %s hours', (text, hours) => {
  expect(statisticsWindow.safeParse(text).data ?? null).toBe(hours);
});

test('a window begins with a whole hour, and the hour that is under way is its last', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 744 }),
      fc.date({ min: new Date(40 * 24 * 3_600_000), noInvalidDate: true }),
      (hours, now) => {
        const from = beginningOfWindow(hours, now);
        expect(from.getTime() % 3_600_000).toBe(0);
        const passed = (now.getTime() - from.getTime()) / 3_600_000;
        expect(passed).toBeGreaterThanOrEqual(hours - 1);
        expect(passed).toBeLessThan(hours);
      },
    ),
  );
});
