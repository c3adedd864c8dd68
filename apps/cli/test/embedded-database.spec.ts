import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalEndpoint } from '../src/commands/listen.js';
import { belfry, startBelfry } from './belfry.fixture.js';

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

test('tail shows a delivery that another process finishes, beside it on the same database, and Ctrl-C ends it with 0', async () => {
  const received: unknown[] = [];
  const endpoint = await openLocalEndpoint(0, 202, ({ body }) => received.push(body));
  const address = `127.0.0.1:${endpoint.port}`;
  const surroundings = {
    directory,
    environment: { DATA_DIR: 'data', WEBHOOK_ALLOWED_HOSTS: address },
  };
  const run = (args: string) => belfry(args.split(' '), surroundings);

  const tail = startBelfry(['deliveries', 'tail', '1', '--status', 'succeeded', '--json'], surroundings);
  let tailed = '';
  tail.stdout!.setEncoding('utf8').on('data', (text: string) => (tailed += text));
  const nextLine = once(tail.stdout!, 'data');
  await once(tail.stderr!, 'data');
  expect((await run(`settings set 1 --webhook-url http://${address}/?token=s3cret`)).code).toBe(0);
  const tested = await run('webhook test 1 run_failed --json');
  expect(tested).toMatchObject({ code: 0, err: '' });
  const { attempts: _attempts, ...delivery } = JSON.parse(tested.out) as Record<string, unknown>;
  await nextLine;
  tail.kill('SIGINT');
  expect(await once(tail, 'close')).toEqual([0, null]);
  await endpoint.close();

  expect(JSON.parse(tailed)).toEqual(delivery);
  expect(delivery).toMatchObject({
    status: 'succeeded',
    test: true,
    destination: `http://${address}/?token=***`,
  });
  expect(received).toMatchObject([{ event_type: 'run_failed', environment: 'test', account_id: 1 }]);
});
