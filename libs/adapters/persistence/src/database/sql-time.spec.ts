import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from './database.fixture.js';
import { sqlTime } from './sql-time.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const read = async (time: Date): Promise<number> => {
  const [row] = await database.query<{ ms: string }>(
    'SELECT (extract(epoch FROM $1::timestamptz) * 1000)::bigint AS ms',
    [sqlTime(time)],
  );
  return Number(row!.ms);
};

test('PostgreSQL reads every moment that a caller can name as that moment', async () => {
  const moment = fc.date({
    min: new Date('-000001-12-30T00:00:00.000Z'),
    max: new Date('+010000-01-02T00:00:00.000Z'),
    noInvalidDate: true,
  });
  await fc.assert(
    fc.asyncProperty(moment, async (time) => {
      expect(await read(time)).toBe(time.getTime());
    }),
    {
      examples: [
        [new Date('0000-01-01T00:00:00.000Z')],
        [new Date('0000-02-29T23:59:59.999Z')],
        [new Date('0001-01-01T00:00:00.000Z')],
        [new Date('-000001-12-31T23:00:00.000Z')],
        [new Date('9999-12-31T23:59:59.999Z')],
        [new Date('+010000-01-01T00:00:00.000Z')],
      ],
    },
  );
});
