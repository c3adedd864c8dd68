import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { countedDuration, PostgresDeliveryStatistics } from './delivery-statistics.js';

it('a counted duration stands for durations within a tenth of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), (duration) => {
      // Half a millisecond more, as it is a whole number of them.
      expect(Math.abs(countedDuration(duration) - duration)).toBeLessThanOrEqual(0.5 + duration * 0.1);
    }),
  );
});

describe('delivery statistics', () => {
  let test: TestDatabase;
  const hour = '2026-11-24T12:00:00.000Z';

  beforeAll(async () => {
    test = await createTestDatabase();
    await test.query(`INSERT INTO accounts VALUES (1, 'Acme', NULL, 'a@example.com', now(), now())`);
    // 98 deliveries of 10 ms and one each of 100 ms and 1,000 ms, counted by two workers.
    await test.query(
      `INSERT INTO delivery_statistics (account_id, hour, channel, event_type, status, duration_ms, worker, deliveries)
       VALUES (1, $1, 'webhook', 'run_failed', 'succeeded', 10, gen_random_uuid(), 50),
              (1, $1, 'webhook', 'run_failed', 'succeeded', 10, gen_random_uuid(), 48),
              (1, $1, 'webhook', 'run_failed', 'succeeded', 100, gen_random_uuid(), 1),
              (1, $1, 'webhook', 'run_failed', 'succeeded', 1000, gen_random_uuid(), 1),
              (1, $1, 'webhook', 'run_failed', 'failed', 5, gen_random_uuid(), 2),
              (1, $1, 'email', 'run_failed', 'succeeded', 5, gen_random_uuid(), 3),
              (1, $1::timestamptz - interval '1 hour', 'email', 'run_failed', 'succeeded', 5, gen_random_uuid(), 4),
              (2, $1, 'email', 'run_failed', 'succeeded', 5, gen_random_uuid(), 99)`,
      [hour],
    );
  });
  afterAll(() => test?.drop());

  it('add up what all workers counted, by hour and kind, with percentiles', async () => {
    const counts = await new PostgresDeliveryStatistics(test.database).since(1, new Date(hour));
    expect(counts).toEqual([
      {
        hour: new Date(hour),
        channel: 'email',
        eventType: 'run_failed',
        status: 'succeeded',
        count: 3,
        durationMs: { p50: 5, p95: 5, p99: 5 },
      },
      {
        hour: new Date(hour),
        channel: 'webhook',
        eventType: 'run_failed',
        status: 'failed',
        count: 2,
        durationMs: { p50: 5, p95: 5, p99: 5 },
      },
      {
        hour: new Date(hour),
        channel: 'webhook',
        eventType: 'run_failed',
        status: 'succeeded',
        count: 100,
        durationMs: { p50: 10, p95: 10, p99: 100 },
      },
    ]);
  });

  it('tell how long attempts took in all hours together, whatever came of them', async () => {
    const statistics = new PostgresDeliveryStatistics(test.database);
    // 102 webhooks: 2 of 5 ms failed, 98 of 10 ms, 100 ms, 1,000 ms.
    expect(await statistics.durationsSince(1, new Date('2026-11-24T11:00:00.000Z'))).toEqual([
      { channel: 'email', eventType: 'run_failed', durationMs: { p50: 5, p95: 5, p99: 5 } },
      { channel: 'webhook', eventType: 'run_failed', durationMs: { p50: 10, p95: 10, p99: 100 } },
    ]);
    expect(await statistics.durationsSince(3, new Date(hour))).toEqual([]);
  });

  it('begin with the hour asked for', async () => {
    const counts = await new PostgresDeliveryStatistics(test.database).since(
      1,
      new Date('2026-11-24T11:00:00.000Z'),
    );
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(109);
  });
});
