import { GatheredLookUps, type HashedRow } from './gathered-look-ups.js';

/** A database that answers when it is told to, and counts. */
class HeldDatabase {
  readonly asked: string[][] = [];
  private readonly answers: ((error?: Error) => void)[] = [];

  statement<Row>(_statement: unknown, [hashes]: readonly unknown[]): Promise<Row[]> {
    const names = (hashes as Buffer[]).map((hash) => hash.toString('hex'));
    this.asked.push(names);
    return new Promise((resolve, reject) =>
      this.answers.push((error) => {
        const rows: HashedRow[] = names.filter((name) => name.startsWith('aa')).map((hash) => ({ hash }));
        if (error === undefined) resolve(rows as Row[]);
        else reject(error);
      }),
    );
  }

  async answer(error?: Error): Promise<void> {
    this.answers.shift()!(error);
    await new Promise(setImmediate);
  }
}

const good = Buffer.from('aa01', 'hex');
const madeUp = (number: number) => Buffer.from(`bb${number.toString(16).padStart(4, '0')}`, 'hex');

it('those that come while one is under way are looked up together, by one statement at a time', async () => {
  const database = new HeldDatabase();
  const lookUps = new GatheredLookUps(database, '');
  const first = lookUps.find(madeUp(0));
  const strangers = Array.from({ length: 400 }, (_, number) => lookUps.find(madeUp(number + 1)));
  const found = [lookUps.find(good), lookUps.find(good)];
  await database.answer();
  expect(await first).toBeNull();
  expect(database.asked.map(({ length }) => length)).toEqual([1, 401]);
  await database.answer();
  expect(await Promise.all(strangers)).toEqual(Array(400).fill(null));
  expect(await Promise.all(found)).toEqual([{ hash: 'aa01' }, { hash: 'aa01' }]);
});

it('one that comes while its own hash is being looked up is looked up anew: what it finds is not older than its question', async () => {
  const database = new HeldDatabase();
  const lookUps = new GatheredLookUps(database, '');
  const before = lookUps.find(good);
  await new Promise(setImmediate);
  const after = lookUps.find(good);
  await database.answer();
  await before;
  expect(database.asked).toEqual([['aa01'], ['aa01']]);
  await database.answer();
  await after;
});

it('a statement that fails fails those that it was for, and no others', async () => {
  const database = new HeldDatabase();
  const lookUps = new GatheredLookUps(database, '');
  const failed = expect(lookUps.find(good)).rejects.toThrow('away');
  await new Promise(setImmediate);
  const later = lookUps.find(good);
  await database.answer(new Error('away'));
  await failed;
  await database.answer();
  expect(await later).toEqual({ hash: 'aa01' });
});

it('a statement has so many hashes and no more', async () => {
  const database = new HeldDatabase();
  const lookUps = new GatheredLookUps(database, '');
  const all = Array.from({ length: 1_200 }, (_, number) => lookUps.find(madeUp(number)));
  for (let turn = 0; turn < 4; turn += 1) await database.answer();
  await Promise.all(all);
  expect(Math.max(...database.asked.map(({ length }) => length))).toBe(500);
});
