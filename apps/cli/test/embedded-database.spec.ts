import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { belfry } from './belfry.fixture.js';

const directory = mkdtempSync(join(tmpdir(), 'belfry-cli-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('without DATABASE_URL the embedded database is opened, and two commands at once see each other', async () => {
  const run = (args: string) => belfry(args.split(' '), { directory, environment: { DATA_DIR: 'data' } });
  expect(await run('migrate')).toMatchObject({ code: 0, out: expect.stringContaining('applied ') as string });

  const puts = await Promise.all(
    [1, 2].map((id) => run(`accounts put ${id} --name Acme --contact-email pat@acme.example.com`)),
  );
  expect(puts.map(({ code }) => code)).toEqual([0, 0]);
  const { accounts } = JSON.parse((await run('accounts list --json')).out) as {
    accounts: { account_id: number }[];
  };
  expect(accounts.map(({ account_id }) => account_id)).toEqual([1, 2]);
});
