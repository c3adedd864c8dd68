import fc from 'fast-check';
import {
  channels,
  deliveryActions,
  deliveryStatuses,
  isFinished,
  mailLifetimeMs,
  pauseBeforeNextMail,
  statusAfter,
  type Channel,
  type DeliveryStatus,
} from './delivery.js';

const canFollow = (channel: Channel, from: DeliveryStatus, to: DeliveryStatus): boolean =>
  from !== to && deliveryActions.some((action) => statusAfter(channel, from, action) === to);

/** Every state that a delivery can ever come to from this one. */
function reachable(channel: Channel, from: DeliveryStatus): ReadonlySet<DeliveryStatus> {
  const seen = new Set<DeliveryStatus>();
  const open = [from];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const next of deliveryStatuses) {
      if (canFollow(channel, state, next) && !seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
    }
  }
  return seen;
}

describe('the states of a delivery', () => {
  it.each(['succeeded', 'failed', 'interrupted'] as const)(
    'a webhook never returns from %s to be sent again',
    (status) => {
      expect(reachable('webhook', status)).not.toContain('sending');
      expect(reachable('webhook', status)).not.toContain('queued');
    },
  );

  it.each(channels)('nothing follows a delivery by %s that succeeded or failed', (channel) => {
    expect(reachable(channel, 'succeeded').size).toBe(0);
    expect(reachable(channel, 'failed').size).toBe(0);
  });

  it('a late outcome of an interrupted webhook still counts', () => {
    expect([...reachable('webhook', 'interrupted')].sort()).toEqual(['failed', 'succeeded']);
  });

  it('a mail is never interrupted: one whose outcome is unknown is tried again', () => {
    expect(reachable('email', 'queued')).not.toContain('interrupted');
    expect(canFollow('email', 'sending', 'queued')).toBe(true);
  });

  it('a queued mail can only be sent next; a queued webhook may also have nowhere to go, or be given up as perhaps sent', () => {
    const following = (channel: Channel) =>
      deliveryStatuses.filter((status) => canFollow(channel, 'queued', status));
    expect(following('email')).toEqual(['sending']);
    expect(following('webhook')).toEqual(['sending', 'failed', 'interrupted']);
  });

  it('is finished in every state that a sweep or a worker leaves alone', () => {
    expect(deliveryStatuses.filter(isFinished)).toEqual(['succeeded', 'failed', 'interrupted']);
  });
});

describe('the pauses between tries of a mail', () => {
  const createdAt = new Date('2026-11-24T12:00:00Z');

  /** All pauses of a mail whose every try fails after `tryMs`. */
  function pausesOf(tryMs: number): number[] {
    const pauses: number[] = [];
    let now = createdAt.getTime();
    for (;;) {
      now += tryMs;
      const pause = pauseBeforeNextMail(pauses.length + 1, createdAt, new Date(now));
      if (pause === null) return pauses;
      pauses.push(pause);
      now += pause;
      expect(now - createdAt.getTime()).toBeLessThanOrEqual(mailLifetimeMs);
    }
  }

  it('grow, are never shorter than the one before, and end within a day however long each try takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 * 60_000 }), (tryMs) => {
        const pauses = pausesOf(tryMs);
        expect(pauses.length).toBeGreaterThan(5);
        expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
        expect(pauses.at(-1)).toBeGreaterThan(pauses[0]!);
      }),
    );
  });

  it('begin within a minute, and fill most of the day', () => {
    const pauses = pausesOf(0);
    expect(pauses[0]).toBeLessThanOrEqual(60_000);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThan(22 * 60 * 60_000);
  });

  it('are longer than usual, try for try, where somebody has to put something right first', () => {
    for (let attempts = 1; attempts <= 12; attempts += 1) {
      const [usual, long] = (['usual', 'long'] as const).map((pauses) =>
        pauseBeforeNextMail(attempts, createdAt, createdAt, pauses),
      );
      expect(long).toBeGreaterThan(usual!);
    }
  });

  it('are nothing after a try that did not begin', () => {
    expect(pauseBeforeNextMail(7, createdAt, createdAt, 'none')).toBe(0);
  });

  it('allow a try exactly a day after the start, and none a millisecond later', () => {
    const pause = pauseBeforeNextMail(1, createdAt, createdAt)!;
    const last = createdAt.getTime() + mailLifetimeMs - pause;
    expect(pauseBeforeNextMail(1, createdAt, new Date(last))).toBe(pause);
    expect(pauseBeforeNextMail(1, createdAt, new Date(last + 1))).toBeNull();
  });
});
