import fc from 'fast-check';
import { ConnectionPlaces, type ConnectionLimits, type ConnectionPlace } from './connection-places.js';

const limits: ConnectionLimits = { brisk: 6, briskPerDomain: 5, perSlowDomain: 4, total: 50, slowAfterMs: 1 };

/** Places, with a mail of each name in `names` that has asked for one. */
async function asked(names: readonly string[], places = new ConnectionPlaces(limits)) {
  const got: { name: string; place: ConnectionPlace | null }[] = [];
  const ask = async (name: string) => {
    void places.enter(name).then((place) => got.push({ name, place }));
    await settled();
  };
  for (const name of names) await ask(name);
  const of = (name: string) => got.filter((one) => one.name === name).map(({ place }) => place!);
  return { places, got, of, ask };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const times = (count: number, name: string) => Array<string>(count).fill(name);

describe('connections to the mail server', () => {
  it('are never all of one recipient domain', async () => {
    const { of } = await asked([...times(10, 'busy'), 'other']);
    expect(of('busy')).toHaveLength(5);
    expect(of('other')).toHaveLength(1);
  });

  it('that a slow server holds cost other domains no place, and the slow domain gets few', async () => {
    const { of, ask } = await asked(times(10, 'slow'));
    for (const place of of('slow')) place.becomeSlow();
    await settled();
    // Five were under way before anybody could know.
    expect(of('slow')).toHaveLength(5);
    for (let count = 0; count < 5; count += 1) await ask('healthy');
    expect(of('healthy')).toHaveLength(5);
    for (const place of of('slow').slice(0, 3)) place.leave();
    await settled();
    expect(of('slow')).toHaveLength(6);
  });

  it('are there for a healthy domain beside any number of slow ones that the total leaves room for', async () => {
    const { got, of, ask } = await asked([]);
    for (let domain = 0; domain < 9; domain += 1) {
      for (let mail = 0; mail < 10; mail += 1) await ask(`slow-${domain}`);
      for (const { place } of [...got]) place!.becomeSlow();
      await settled();
    }
    await ask('healthy');
    expect(of('healthy')).toHaveLength(1);
  });

  it('go to the domains in turn', async () => {
    const { got, of } = await asked([
      ...times(9, 'first'),
      'other',
      ...times(3, 'second'),
      ...times(3, 'third'),
    ]);
    expect(got).toHaveLength(6);
    of('other')[0]!.leave();
    await settled();
    for (let count = 0; count < 3; count += 1) {
      of('first')[count]!.leave();
      await settled();
    }
    expect(got.slice(6).map(({ name }) => name)).toEqual(['second', 'first', 'third', 'second']);
  });

  it('are refused to all that wait, and to whoever comes, once the process stops', async () => {
    const { places, got, ask } = await asked(times(7, 'one'));
    places.close();
    await ask('two');
    expect(got.filter(({ place }) => place === null)).toHaveLength(3);
  });

  it('are never more than the limits, and never idle while a domain below its limit waits', async () => {
    const step = fc.record({
      act: fc.constantFrom('enter', 'slow', 'leave'),
      domain: fc.constantFrom('a', 'b', 'c'),
      which: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const small = { brisk: 3, briskPerDomain: 2, perSlowDomain: 2, total: 6, slowAfterMs: 1 };
        const places = new ConnectionPlaces(small);
        const held: { domain: string; place: ConnectionPlace; slow: boolean }[] = [];
        const waiting: Record<string, number> = { a: 0, b: 0, c: 0 };
        for (const { act, domain, which } of steps) {
          if (act === 'enter') {
            waiting[domain]! += 1;
            void places.enter(domain).then((place) => {
              waiting[domain]! -= 1;
              held.push({ domain, place: place!, slow: false });
            });
          } else if (held.length > 0) {
            const index = which % held.length;
            if (act === 'slow') {
              held[index]!.place.becomeSlow();
              held[index]!.slow = true;
            } else held.splice(index, 1)[0]!.place.leave();
          }
          await settled();
          const brisk = held.filter(({ slow }) => !slow);
          expect(brisk.length).toBeLessThanOrEqual(small.brisk);
          expect(held.length).toBeLessThanOrEqual(small.total);
          for (const name of ['a', 'b', 'c']) {
            const mine = held.filter((one) => one.domain === name);
            const briskOfMine = mine.filter(({ slow }) => !slow).length;
            expect(briskOfMine).toBeLessThanOrEqual(small.briskPerDomain);
            const hasNothing = mine.length === 0;
            const room = brisk.length < small.brisk && held.length < small.total;
            if (hasNothing && room) expect(waiting[name]).toBe(0);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
