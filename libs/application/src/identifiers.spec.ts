import { validate, version } from 'uuid';
import { newId } from './identifiers.js';

describe('ids made here', () => {
  it('are UUIDs of version 7 that hold the time', () => {
    const before = Date.now();
    const id = newId();
    const time = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect([validate(id), version(id)]).toEqual([true, 7]);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  it('are each greater than the one before, many in a millisecond and when the clock is set back', () => {
    const ids = Array.from({ length: 20_000 }, newId);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 60_000);
    ids.push(...Array.from({ length: 1_000 }, newId));
    clock.mockRestore();
    ids.push(newId());
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
