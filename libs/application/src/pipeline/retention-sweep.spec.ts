import type { ActivityLog } from '../ports/activity-log.js';
import { settled, TestClock } from '../ports/clock.fixture.js';
import type { Retention } from '../ports/retention.js';
import { RetentionSweep } from './retention-sweep.js';

const dayMs = 24 * 60 * 60_000;

/** A retention that has so many batches of events to delete. */
function sweepOf(batches: number) {
  const clock = new TestClock();
  const asked: { readonly before: Date; readonly after: number }[] = [];
  const failures: string[] = [];
  const retired: number[] = [];
  const given = {
    leftovers: 0,
    audit: null as Date | null,
    revoked: [200, 200, 3],
    fault: null as Error | null,
  };
  const retention: Retention = {
    deleteEvents: (before, limit, after) => {
      if (given.fault !== null) return Promise.reject(given.fault);
      asked.push({ before, after });
      const isLast = after >= batches - 1;
      return Promise.resolve({ deleted: isLast ? 7 : limit, next: isLast ? null : after + 1 });
    },
    deleteAuditEntries: (before) => {
      given.audit = before;
      return Promise.resolve({ deleted: 0, next: null });
    },
    deleteRevokedKeys: () => Promise.resolve(given.revoked.shift() ?? 0),
    deleteLeftovers: () => {
      given.leftovers += 1;
      return Promise.resolve();
    },
  };
  const log = {
    failed: (doing: string) => failures.push(doing),
    retired: (events: number) => retired.push(events),
  } as Partial<ActivityLog> as ActivityLog;
  const sweep = new RetentionSweep(retention, clock, log, { events: 30, audit: 365 });
  return { sweep, clock, asked, failures, retired, given };
}

describe('the retention', () => {
  it('keeps to the day, goes through all batches, and takes everything else with it', async () => {
    const { sweep, clock, asked, given } = sweepOf(5);
    const swept = sweep.sweep();
    await clock.advance(10_000);
    expect(await swept).toBe(4 * 200 + 7);
    expect(asked.map(({ after }) => after)).toEqual([0, 1, 2, 3, 4]);
    const start = new TestClock().now().getTime();
    expect(asked[0]!.before).toEqual(new Date(start - 30 * dayMs));
    expect(start - given.audit!.getTime()).toBeLessThanOrEqual(365 * dayMs);
    expect(start - given.audit!.getTime()).toBeGreaterThan(365 * dayMs - 10_000);
    expect([given.leftovers, given.revoked]).toEqual([1, []]);
  });

  it('looks half a minute after the start, and every ten minutes, also after one that failed', async () => {
    const { sweep, clock, asked, failures, retired, given } = sweepOf(1);
    given.fault = new Error('away');
    sweep.run();
    await clock.advance(29_999);
    expect(failures).toEqual([]);
    await clock.advance(1);
    expect(failures).toEqual(['deleting old events']);
    given.fault = null;
    await clock.advance(601_000);
    expect([asked.length, retired]).toEqual([1, [7]]);
    await clock.advance(600_000);
    expect(asked).toHaveLength(2);
    await sweep.stop();
    expect(clock.pending).toBe(0);
  });

  it('ends after the batch that is under way when the process stops', async () => {
    const { sweep, clock, asked } = sweepOf(1_000);
    sweep.run();
    await clock.advance(30_020);
    const { length } = asked;
    let hasStopped = false;
    void sweep.stop().then(() => (hasStopped = true));
    await clock.advance(1_000);
    expect([hasStopped, asked.length]).toEqual([true, length]);
    await settled();
    expect(clock.pending).toBe(0);
  });
});
