import type { DeliveryCount, DeliveryStats } from '@belfry/contract';
import type { Filters } from './filters.js';
import { countSince, piecesSince, redeliverableOf } from './redeliverable.js';

const hour = (hours: number) => new Date(Date.UTC(2026, 10, 24) + hours * 60 * 60 * 1000);
const count = (
  hours: number,
  status: DeliveryCount['status'],
  number: number,
  channel = 'webhook',
): DeliveryCount => ({
  hour: hour(hours).toISOString(),
  channel: channel as DeliveryCount['channel'],
  event_type: 'run_failed',
  status,
  count: number,
  duration_ms: null,
});
const stats: DeliveryStats = {
  account_id: 42,
  from: hour(0).toISOString(),
  to: hour(23.5).toISOString(),
  hours: [
    count(3, 'failed', 2),
    count(3, 'succeeded', 9),
    count(5, 'failed', 4),
    count(5, 'failed', 1, 'email'),
    count(6, 'interrupted', 3),
  ],
};
const all: Filters = { status: null, channel: null, eventType: null, window: '24h', period: null };

describe('Everything that matches the filters and can be redelivered', () => {
  it('is what failed, unless what was interrupted is shown', () => {
    expect(redeliverableOf(all, stats)).toMatchObject({ status: 'failed', starts: [hour(3), hour(5)] });
    expect(redeliverableOf({ ...all, status: 'interrupted' }, stats)).toMatchObject({
      status: 'interrupted',
      starts: [hour(6)],
    });
  });

  it('is nothing where what is shown was not sent, or has arrived, or does not match', () => {
    expect(redeliverableOf({ ...all, status: 'succeeded' }, stats)).toBeNull();
    expect(redeliverableOf({ ...all, status: 'queued' }, stats)).toBeNull();
    expect(redeliverableOf({ ...all, eventType: 'tenant_created' }, stats)).toBeNull();
  });

  it('is counted from a time on, by the filters', () => {
    expect(countSince(redeliverableOf(all, stats)!.bars, hour(0))).toBe(7);
    expect(countSince(redeliverableOf(all, stats)!.bars, hour(5))).toBe(5);
    expect(countSince(redeliverableOf({ ...all, channel: 'email' }, stats)!.bars, hour(0))).toBe(1);
  });

  it('keeps to the bar that was chosen', () => {
    const { bars } = redeliverableOf({ ...all, period: { from: hour(5), to: hour(6) } }, stats)!;
    expect(countSince(bars, hour(0))).toBe(5);
    expect(piecesSince(bars, hour(5), hour(23))).toEqual([{ from: hour(5), to: hour(6) }]);
  });

  it('is asked for in pieces without a gap, to the time at which it was asked for', () => {
    const until = hour(21.5);
    const pieces = piecesSince(redeliverableOf(all, stats)!.bars, hour(19), until);
    expect(pieces).toEqual([
      { from: hour(19), to: hour(20) },
      { from: hour(20), to: hour(21) },
      { from: hour(21), to: until },
    ]);
  });
});
