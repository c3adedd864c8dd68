import { Pace, type Stay } from './pace.js';

let now: number;
let pace: Pace;
beforeEach(() => {
  now = 0;
  pace = new Pace(() => now);
});

/** Lets one delivery of an account take so long. */
function takes(accountId: number, ms: number): void {
  const stay = pace.begin(accountId);
  now += ms;
  pace.end(stay);
}

describe('the pace of an account', () => {
  it('begins as new, with few places, and grows by one with each quick answer', () => {
    expect([pace.kindOf(1), pace.mostPlaces(1)]).toEqual(['new', 2]);
    takes(1, 20);
    expect([pace.kindOf(1), pace.mostPlaces(1)]).toEqual(['quick', 3]);
    for (let answer = 0; answer < 13; answer += 1) takes(1, 20);
    expect(pace.mostPlaces(1)).toBe(16);
  });

  it('is slow as soon as something has been in flight for long, before any answer', () => {
    const stay = pace.begin(1);
    now += 499;
    expect(pace.kindOf(1)).toBe('new');
    now += 1;
    expect(pace.kindOf(1)).toBe('slow');
    pace.end(stay);
  });

  it('stays slow while the times that it takes are long on average, and is quick again after a few short ones', () => {
    for (let answer = 0; answer < 5; answer += 1) takes(1, 15_000);
    let answers = 0;
    while (pace.kindOf(1) === 'slow') {
      takes(1, 20);
      answers += 1;
    }
    expect(answers).toBeGreaterThan(1);
    expect(answers).toBeLessThanOrEqual(6);
    expect(pace.mostPlaces(1)).toBeLessThanOrEqual(3);
  });

  it('of one account says nothing of another', () => {
    takes(1, 15_000);
    expect([pace.kindOf(1), pace.kindOf(2)]).toEqual(['slow', 'new']);
  });

  it('is forgotten after a minute without anything in flight, and not while something is', () => {
    takes(1, 15_000);
    const stay: Stay = pace.begin(2);
    now += 59_000;
    expect(pace.kindOf(1)).toBe('slow');
    now += 1_001;
    expect(pace.kindOf(1)).toBe('new');
    expect([...pace.known()]).toEqual([{ accountId: 2, kind: 'slow', inFlight: 1 }]);
    pace.end(stay);
  });

  it('is remembered of no more than ten thousand idle accounts', () => {
    for (let accountId = 1; accountId <= 10_500; accountId += 1) takes(accountId, 0);
    expect([...pace.known()]).toHaveLength(10_000);
    expect([pace.kindOf(500), pace.kindOf(501)]).toEqual(['new', 'quick']);
  });
});
