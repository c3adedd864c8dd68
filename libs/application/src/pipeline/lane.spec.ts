import type { Channel } from '@belfry/domain';
import fc from 'fast-check';
import { Lane, seatOf, type KnownPace, type LaneLimits, type Seat } from './lane.js';
import type { PaceKind } from './pace.js';

const seat = (accountId: number, destination = `https://${accountId}.example.com`): Seat => ({
  accountId,
  destination,
});

/** The limits that a process has unless it is told otherwise. */
const preset: LaneLimits = { inFlight: 256, perAccount: 16, perDestination: 128 };

/** Accounts below 1,000 are slow, those from 2,000 on new, all others quick. */
const kindOf = (accountId: number): PaceKind =>
  accountId === 0 || accountId >= 2_000 ? 'new' : accountId < 1_000 ? 'slow' : 'quick';
const pace: KnownPace = {
  kindOf,
  mostPlaces: (accountId) => (kindOf(accountId) === 'new' ? 2 : Infinity),
  known: () => [],
};
const quick = 1_000;
const unknown = 2_000;

/** Has each of these accounts take places in turn until none gets one; answers how many each got. */
function fill(lane: Lane, seats: readonly Seat[]): number[] {
  const got = seats.map(() => 0);
  for (let gotSome = true; gotSome;) {
    gotSome = false;
    for (const [place, one] of seats.entries()) {
      if (!lane.tryEnter(one)) continue;
      got[place]! += 1;
      gotSome = true;
    }
  }
  return got;
}

const accounts = (count: number, first = 1) => Array.from({ length: count }, (_, index) => first + index);

describe('a lane', () => {
  it('takes no more than its limit in all', () => {
    const lane = new Lane({ inFlight: 2, perAccount: 2, perDestination: 2 });
    expect([1, 2, 3].map((accountId) => lane.tryEnter(seat(accountId)))).toEqual([true, true, false]);
  });

  it('lets no more step aside than its limit, and counts them for account and destination', () => {
    const lane = new Lane({ inFlight: 2, perAccount: 3, perDestination: 3, aside: 1 });
    expect([lane.tryEnter(seat(1, 'a')), lane.tryEnter(seat(1, 'a'))]).toEqual([true, true]);
    expect([lane.stepAside(), lane.stepAside()]).toEqual([true, false]);
    expect(lane.inFlightTo('a')).toBe(2);
    expect([lane.tryEnter(seat(2, 'a')), lane.tryEnter(seat(3, 'b'))]).toEqual([true, false]);
    lane.leave(seat(1, 'a'), true);
    expect([lane.inFlight, lane.free]).toEqual([2, 0]);
    expect(lane.stepAside()).toBe(true);
  });

  it('takes no more of one account than the limit of an account, and still takes others', () => {
    const lane = new Lane({ inFlight: 10, perAccount: 1, perDestination: 10 });
    expect([1, 1, 2].map((accountId) => lane.tryEnter(seat(accountId)))).toEqual([true, false, true]);
  });

  it('takes no more to one destination than its limit, however many accounts share it', () => {
    const lane = new Lane(preset);
    const shared = accounts(64).map((accountId) => seat(accountId, 'https://shared.example.com'));
    expect(fill(lane, shared).reduce((sum, count) => sum + count, 0)).toBe(128);
    expect(lane.tryEnter(seat(99))).toBe(true);
  });

  it('keeps places to a shared destination back from slow accounts', () => {
    const lane = new Lane({ ...preset, inFlight: 1_000 }, pace);
    const shared = (accountId: number) => seat(accountId, 'https://shared.example.com');
    expect(fill(lane, accounts(64).map(shared)).reduce((sum, count) => sum + count, 0)).toBe(96);
    expect(fill(lane, [shared(quick)])).toEqual([16]);
  });

  it('keeps places free for a claim that is on its way', () => {
    const lane = new Lane({ inFlight: 3, perAccount: 3, perDestination: 3 });
    lane.hold(2);
    expect([lane.tryEnter(seat(1)), lane.tryEnter(seat(1))]).toEqual([true, false]);
    lane.drop(2);
    expect(lane.free).toBe(2);
  });

  it('is worth a claim when a quarter of it is free, and half of what the account may have', () => {
    const lane = new Lane({ inFlight: 8, perAccount: 4, perDestination: 8 });
    for (let count = 0; count < 4; count += 1) lane.enter(seat(1));
    expect([lane.isWorthAClaim(seat(1)), lane.isWorthAClaim(seat(2))]).toEqual([false, true]);
    lane.leave(seat(1));
    lane.leave(seat(1));
    expect(lane.isWorthAClaim(seat(1))).toBe(true);
    for (let count = 0; count < 5; count += 1) lane.enter(seat(10 + count));
    expect(lane.isWorthAClaim(seat(1))).toBe(false);
  });

  it('knows the destination of a webhook by its origin, of a mail by its domain', () => {
    const of = (destination: string, channel: Channel = 'webhook') =>
      seatOf({ accountId: 1, channel, destination }).destination;
    expect(of('https://hooks.example.com/in?token=/')).toBe('https://hooks.example.com');
    expect(of('http://127.0.0.1:8080/')).toBe('http://127.0.0.1:8080');
    expect(of('http://a/b')).toBe('http://a');
    expect(of('ops@example.com', 'email')).toBe('example.com');
  });
});

describe('the share of an account', () => {
  it.each(['slow', 'new', 'quick'] as const)('is the whole limit for a %s one that is alone', (kind) => {
    const alone = new Lane(preset, { ...pace, kindOf: () => kind, mostPlaces: () => Infinity });
    expect(fill(alone, [seat(1)])).toEqual([16]);
  });

  it.each([16, 64, 256])(
    'beside %d slow accounts leaves a quick one at least half of its places',
    (count) => {
      const lane = new Lane(preset, pace);
      const got = fill(
        lane,
        accounts(count).map((accountId) => seat(accountId)),
      );
      expect(Math.max(...got) - Math.min(...got)).toBeLessThanOrEqual(1);
      expect(lane.free).toBeGreaterThanOrEqual(64);
      expect(fill(lane, [seat(quick)])[0]).toBeGreaterThanOrEqual(12);
    },
  );

  it('leaves a new account its first places beside any number of slow ones', () => {
    const lane = new Lane(preset, pace);
    fill(
      lane,
      accounts(900).map((accountId) => seat(accountId)),
    );
    expect(fill(lane, [seat(unknown)])).toEqual([2]);
  });

  it('leaves a quick account places beside any number of new ones', () => {
    const lane = new Lane(preset, pace);
    fill(
      lane,
      accounts(900, unknown).map((accountId) => seat(accountId)),
    );
    expect(fill(lane, [seat(quick)])[0]).toBeGreaterThanOrEqual(6);
  });

  it('shrinks with what is free: many quick accounts leave places to those that come later', () => {
    const lane = new Lane(preset, pace);
    fill(
      lane,
      accounts(32, quick).map((accountId) => seat(accountId)),
    );
    expect(lane.free).toBeGreaterThan(0);
    expect(lane.tryEnter(seat(quick + 500))).toBe(true);
  });
});

describe('what a claim may take', () => {
  it('is for everybody while there are places for slow accounts, and leaves the others theirs', () => {
    const lane = new Lane(preset, pace);
    const capacity = lane.capacity(Infinity);
    expect([capacity.limit, capacity.otherPlaces]).toEqual([192, 2]);
    expect(capacity.destinations).toMatchObject({ limit: 128, keptFromSlow: 32 });
  });

  it('passes slow accounts over where their places are taken, and lists what others may have', () => {
    const known = [
      { accountId: 1, kind: 'slow', inFlight: 16 },
      { accountId: quick, kind: 'quick', inFlight: 0 },
      { accountId: unknown, kind: 'new', inFlight: 0 },
    ] as const;
    const lane = new Lane(preset, { ...pace, known: () => known });
    fill(
      lane,
      accounts(256).map((accountId) => seat(accountId)),
    );
    const capacity = lane.capacity(Infinity);
    expect(capacity.limit).toBe(32);
    expect(capacity.places.get(1)).toBe(0);
    expect(capacity.places.get(quick)).toBe(16);
    expect(capacity.places.has(unknown)).toBe(false);
    expect(capacity.otherPlaces).toBe(2);
    expect([...capacity.slow]).toEqual([1]);
  });

  it('is for quick accounts alone where nothing else is left', () => {
    const lane = new Lane(preset, {
      ...pace,
      known: () => [{ accountId: quick, kind: 'quick', inFlight: 0 }],
    });
    fill(
      lane,
      accounts(300, unknown).map((accountId) => seat(accountId)),
    );
    const capacity = lane.capacity(Infinity);
    expect(capacity.limit).toBe(lane.free);
    expect(capacity.otherPlaces).toBe(0);
    expect(capacity.places.get(quick)).toBeGreaterThan(0);
  });

  it('is nothing where the lane is full', () => {
    const lane = new Lane({ inFlight: 1, perAccount: 1, perDestination: 1 }, pace);
    expect(lane.tryEnter(seat(1))).toBe(true);
    expect(lane.capacity(Infinity).limit).toBe(0);
  });
});

it('a lane never exceeds its limits, forgets who has nothing in flight, and refuses nobody where all is free', () => {
  const step = fc.record({ enter: fc.boolean(), key: fc.integer({ min: 1, max: 4 }) });
  const most = () => fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(fc.array(step), most(), most(), most(), (steps, inFlight, perAccount, perDestination) => {
      const lane = new Lane({ inFlight, perAccount, perDestination });
      const counts = new Map<number, number>();
      const change = (key: number, by: number) => counts.set(key, (counts.get(key) ?? 0) + by);
      for (const { enter, key } of steps) {
        const isEmpty = lane.inFlight === 0;
        if (enter) {
          const entered = lane.tryEnter(seat(key));
          if (isEmpty) expect(entered).toBe(true);
          if (entered) change(key, 1);
        } else if ((counts.get(key) ?? 0) > 0) {
          lane.leave(seat(key));
          change(key, -1);
        }
        const all = [...counts.values()];
        expect(lane.inFlight).toBe(all.reduce((sum, count) => sum + count, 0));
        expect(lane.inFlight).toBeLessThanOrEqual(inFlight);
        for (const [accountId, count] of counts) {
          expect(lane.inFlightOf(accountId)).toBe(count);
          expect(count).toBeLessThanOrEqual(Math.min(perAccount, perDestination));
        }
      }
    }),
  );
});
