import { reserveMebibytes } from './disk-room.js';
import { Upkeep } from './upkeep.js';

const mebibyte = 1024 * 1024;
const readOnly = ['SET default_transaction_read_only = on'];

/** What a small query brings about at a moment, with so much free. */
function upkeepWith(): {
  due: (seconds: number, free: number, bytes?: number) => readonly string[];
  told: string[];
} {
  let now = 0;
  let room = 0;
  const told: string[] = [];
  const upkeep = new Upkeep(
    () => room,
    (line) => told.push(line),
    () => now,
  );
  const due = (seconds: number, free: number, bytes = 100) => {
    [now, room] = [seconds * 1_000, free];
    return upkeep.due(bytes);
  };
  return { due, told };
}

describe('the upkeep of the embedded database', () => {
  it('has writes refused below the reserve, and taken again once there is some room above it', () => {
    const { due, told } = upkeepWith();
    expect(due(0, reserveMebibytes)).toEqual([]);
    expect(due(1, reserveMebibytes - 1)).toEqual(['CHECKPOINT', ...readOnly]);
    expect(due(2, 0)).toEqual([]);
    expect(due(3, reserveMebibytes + 15)).toEqual([]);
    expect(due(4, reserveMebibytes + 16)).toEqual(['SET default_transaction_read_only = off']);
    expect(due(5, reserveMebibytes)).toEqual([]);
    expect(told).toEqual([
      'only 63 MiB are free on the disk of the embedded database: nothing is stored until it has 80 MiB. Free up space on that disk',
      '80 MiB are free on the disk of the embedded database: storing again',
    ]);
  });

  it('makes no checkpoint where there is hardly room for one', () => {
    expect(upkeepWith().due(0, 32)).toEqual(['CHECKPOINT', ...readOnly]);
    expect(upkeepWith().due(0, 31)).toEqual(readOnly);
  });

  it('looks again after a tenth of a second, or a mebibyte', () => {
    const { due } = upkeepWith();
    due(0, 1_000);
    expect(due(0.09, 0)).toEqual([]);
    expect(due(0.09, 0, mebibyte)).toEqual(readOnly);
    const other = upkeepWith();
    other.due(0, 1_000);
    expect(other.due(0.1, 0)).toEqual(readOnly);
  });

  it('makes a checkpoint after five minutes or 64 MiB, and none in a read-only database', () => {
    const { due } = upkeepWith();
    // What is vacuumed at the start comes before.
    for (let second = 30; second < 34; second += 1) due(second, 1_000);
    expect(due(299, 1_000)).toEqual([]);
    expect(due(300, 1_000)).toEqual(['CHECKPOINT']);
    expect(due(301, 1_000)).toEqual([]);
    expect(due(302, 1_000, 64 * mebibyte)).toEqual(['CHECKPOINT']);
    expect(due(303, 0)).toEqual(readOnly);
    expect(due(900, 0)).toEqual([]);
  });

  const all = ['deliveries', 'events', 'attempts', 'delivery_statistics'].map(
    (table) => `VACUUM (ANALYZE) ${table}`,
  );

  it('vacuums the tables that grow half a minute after the start and every ten minutes, one before a query', () => {
    const { due } = upkeepWith();
    const from = (second: number) => [0, 1, 2, 3, 4].map((step) => due(second + step, 1_000)).flat();
    expect(due(29, 1_000)).toEqual([]);
    expect(from(30)).toEqual(all);
    expect(from(100)).toEqual([]);
    expect(due(301, 1_000)).toEqual(['CHECKPOINT']);
    expect(due(629, 1_000)).toEqual(['CHECKPOINT']);
    expect(from(630)).toEqual(all);
  });

  it('vacuums them sooner where much was written: after 1 MiB, then 4, 16, and 64 each time; never in a read-only database', () => {
    const { due } = upkeepWith();
    let second = 0;
    /** What is due once so much more was written. */
    const after = (mebibytes: number) => {
      const statements: string[] = [];
      for (let left = mebibytes; left > 0; left -= 1)
        statements.push(...due((second += 0.001), 1_000, mebibyte));
      for (let step = 0; step < 5; step += 1) statements.push(...due((second += 0.2), 1_000, 0));
      return statements.filter((statement) => statement !== 'CHECKPOINT');
    };
    for (const size of [1, 4, 16, 64, 64]) {
      expect(after(size - 1)).toEqual([]);
      expect(after(1)).toEqual(all);
    }
    expect(due((second += 1), 0)).toEqual(readOnly);
    expect(due((second += 1), 0, 64 * mebibyte)).toEqual([]);
  });
});
