import fc from 'fast-check';
import { Lane } from './lane.js';

describe('a lane', () => {
  it('takes no more than its limit in all', () => {
    const lane = new Lane({ inFlight: 2, perKey: 2 });
    expect([lane.tryEnter('a'), lane.tryEnter('b'), lane.tryEnter('c')]).toEqual([true, true, false]);
  });

  it('takes no more of one key than the limit of a key, and still takes others', () => {
    const lane = new Lane({ inFlight: 10, perKey: 1 });
    expect([lane.tryEnter(1), lane.tryEnter(1), lane.tryEnter(2)]).toEqual([true, false, true]);
  });

  it('keeps places free for a claim that is on its way', () => {
    const lane = new Lane({ inFlight: 3, perKey: 3 });
    lane.hold(2);
    expect([lane.tryEnter(1), lane.tryEnter(1)]).toEqual([true, false]);
    lane.drop(2);
    expect(lane.free).toBe(2);
  });

  it('is worth a claim when a quarter of it is free, and half of what the key may have', () => {
    const lane = new Lane({ inFlight: 8, perKey: 4 });
    for (let count = 0; count < 4; count += 1) lane.enter('slow');
    expect([lane.isWorthAClaim('slow'), lane.isWorthAClaim('other')]).toEqual([false, true]);
    lane.leave('slow');
    lane.leave('slow');
    expect(lane.isWorthAClaim('slow')).toBe(true);
    for (let count = 0; count < 5; count += 1) lane.enter(`key${count}`);
    expect(lane.isWorthAClaim('slow')).toBe(false);
  });

  it('never exceeds its limits and forgets keys that have nothing in flight, whatever the order of events', () => {
    const step = fc.record({ enter: fc.boolean(), key: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(
        fc.array(step),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        (steps, inFlight, perKey) => {
          const lane = new Lane({ inFlight, perKey });
          for (const { enter, key } of steps) {
            if (enter) lane.tryEnter(key);
            else if (lane.inFlightByKey.has(key)) lane.leave(key);
            const counts = [...lane.inFlightByKey.values()];
            expect(lane.inFlight).toBe(counts.reduce((sum, count) => sum + count, 0));
            expect(lane.inFlight).toBeLessThanOrEqual(inFlight);
            for (const count of counts) {
              expect(count).toBeGreaterThan(0);
              expect(count).toBeLessThanOrEqual(perKey);
            }
          }
        },
      ),
    );
  });
});
