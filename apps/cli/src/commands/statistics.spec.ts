import { channels, deliveryStatuses } from '@belfry/domain';
import fc from 'fast-check';
import type { DeliveryCount } from '@belfry/contract';
import { deliveriesByHour, sparkLine, statisticsRows, successRate, sumOf } from './statistics.js';

const from = new Date('2026-11-24T00:00:00Z');
const hours = 100;
const counts = fc.array(
  fc.record<DeliveryCount>({
    hour: fc
      .integer({ min: 0, max: hours - 1 })
      .map((hour) => new Date(from.getTime() + hour * 3_600_000).toISOString()),
    channel: fc.constantFrom(...channels),
    event_type: fc.constantFrom('run_failed', 'tenant_created'),
    status: fc.constantFrom(...deliveryStatuses),
    count: fc.integer({ min: 1, max: 1000 }),
    duration_ms: fc.constant(null),
  }),
);

test('no delivery is lost or counted twice, in the table or in the line', () => {
  fc.assert(
    fc.property(counts, (given) => {
      const all = sumOf(given, deliveryStatuses);
      const inTable = statisticsRows(given, []).flatMap(({ succeeded, failed, interrupted, underWay }) => [
        succeeded,
        failed,
        interrupted,
        underWay,
      ]);
      const inLine = deliveriesByHour(given, deliveryStatuses, from, hours);
      const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);
      expect([sum(inTable), sum(inLine)]).toEqual([all, all]);
    }),
  );
});

test('each event type and channel has its own row, with its own durations', () => {
  const count = { hour: from.toISOString(), status: 'succeeded', count: 2, duration_ms: null } as const;
  const duration_ms = { p50: 1, p95: 2, p99: 3 };
  expect(
    statisticsRows(
      [
        { ...count, event_type: 'run_failed', channel: 'webhook' },
        { ...count, event_type: 'run_failed', channel: 'email', status: 'sending' },
        { ...count, event_type: 'run_failed', channel: 'webhook', status: 'interrupted', count: 1 },
      ],
      [{ event_type: 'run_failed', channel: 'webhook', duration_ms }],
    ),
  ).toMatchObject([
    { channel: 'email', succeeded: 0, underWay: 2, durations: null },
    { channel: 'webhook', succeeded: 2, interrupted: 1, underWay: 0, durations: duration_ms },
  ]);
});

test('100 % means that nothing went wrong', () => {
  const row = { eventType: 'run_failed', channel: 'email', underWay: 0, durations: null } as const;
  const rate = (succeeded: number, failed: number, interrupted: number) =>
    successRate({ ...row, succeeded, failed, interrupted });
  expect(rate(100_000, 0, 0)).toBe('100 %');
  expect(rate(99_999, 1, 0)).toBe('99.9 %');
  expect(rate(99_999, 0, 1)).toBe('99.9 %');
  expect(rate(0, 0, 0)).toBeNull();
});

test('a line has a full block for the most and a dot for zero, and higher signs for higher numbers', () => {
  expect(sparkLine([0, 1, 4, 8])).toBe('.▁▄█');
  expect(sparkLine([0, 0])).toBe('..');
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 2 }), (numbers) => {
      const line = [...sparkLine(numbers)];
      expect(line).toHaveLength(numbers.length);
      for (let place = 1; place < numbers.length; place += 1) {
        if (numbers[place]! >= numbers[place - 1]!) expect(line[place]! >= line[place - 1]!).toBe(true);
      }
    }),
  );
});
