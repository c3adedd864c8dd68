import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finished } from './belfry.fixture.js';
import { belfryHere } from './command-here.fixture.js';
import { createEmptyDatabase, type EmptyDatabase } from '@belfry/kit/databases';

let database: EmptyDatabase;
const run = (args: string, input?: string): Promise<Finished> =>
  belfryHere(args.split(' '), {
    environment: { DATABASE_URL: database.url },
    ...(input === undefined ? {} : { input }),
  });
const answer = ({ out }: Finished) => JSON.parse(out) as Record<string, unknown>;
const storedEvents = () => database.one('SELECT count(*)::int FROM events');

const folder = mkdtempSync(join(tmpdir(), 'belfry-cli-'));
const tenant = { tenant_id: 7, tenant_name: 'Acme', integration_id: 3, integration_name: 'CRM sync' };
const event = { event_type: 'tenant_archived', environment: 'staging', account_id: 42, data: tenant };

beforeAll(async () => {
  database = await createEmptyDatabase();
  expect((await run('accounts put 42 --name Acme --contact-email pat@acme.example.com')).code).toBe(0);
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

test('an event is published from a file, once by its idempotency key, and is found with its payload and deliveries', async () => {
  const file = join(folder, 'tenant.json');
  writeFileSync(file, JSON.stringify(tenant, null, 2));
  const publish = `events publish tenant_created --account 42 --data @${file} --idempotency-key one --json`;
  const published = answer(await run(publish));
  expect(published).toEqual({ event_id: expect.any(String) as string, deliveries: 1 });
  expect(answer(await run(publish))).toEqual(published);

  const got = answer(await run(`events get 42 ${published['event_id'] as string} --json`));
  expect(got).toMatchObject({
    environment: 'production',
    payload: { event_type: 'tenant_created', ...tenant },
  });
  const [delivery] = got['deliveries'] as Record<string, unknown>[];
  const shown = await run(`deliveries get 42 ${delivery!['delivery_id'] as string} --json`);
  expect(answer(shown)).toEqual({ ...delivery, attempts: [] });
});

test('standard input holds one event, laid out over lines, or many, one a line, as data or whole', async () => {
  const one = await run('events publish tenant_created --account 42 --json', JSON.stringify(tenant, null, 2));
  expect(answer(one)).toMatchObject({ deliveries: 1 });

  const lines = [tenant, event, { ...tenant, tenant_id: 'x' }].map((line) => JSON.stringify(line)).join('\n');
  const before = await storedEvents();
  const many = await run('events publish tenant_created --account 42 --json', `${lines}\n\n`);
  expect(many.code).toBe(1);
  expect(many.err).toContain('event 3 /data/tenant_id  must be an integer');
  expect(answer(many)['results']).toMatchObject([
    { status: 202, deliveries: 1 },
    { status: 202, deliveries: 1 },
    { status: 400, type: '/problems/validation', errors: [{ pointer: '/data/tenant_id' }] },
  ]);
  expect(await storedEvents()).toBe((before as number) + 2);

  const list = await run('events list 42 --event-type tenant_archived');
  expect(list.out).toMatch(/tenant_archived +staging/);
  const deliveries = answer(await run('deliveries list 42 --status queued --channel email --limit 1 --json'));
  expect(deliveries).toMatchObject({ deliveries: [{ channel: 'email', status: 'queued' }] });
  const rest = await run(`deliveries list 42 --all --json --cursor ${deliveries['next_cursor'] as string}`);
  expect(answer(rest)).toMatchObject({ next_cursor: null });
});

test('many events are remembered by the key and their place as a batch of REST is, and meet no single key', async () => {
  const lines = (count: number) => Array.from({ length: count }, () => JSON.stringify(event)).join('\n');
  const publish = (key: string, input: string) =>
    run(`events publish --json --idempotency-key ${key}`, input).then((finished) => {
      expect(finished.code).toBe(0);
      return answer(finished);
    });
  const many = (await publish('a', lines(1_001)))['results'] as { event_id: string }[];
  expect(new Set(many.map(({ event_id }) => event_id)).size).toBe(1_001);
  expect((await publish('a', lines(1_001)))['results']).toEqual(many);
  expect(many.map(({ event_id }) => event_id)).not.toContain((await publish('a#0', lines(1)))['event_id']);
  expect(
    await database.one(
      `SELECT array_agg(idempotency_key ORDER BY length(idempotency_key)) FROM idempotency_keys
       WHERE idempotency_key IN (E'a\\n0', E'a\\n1000', 'a#0')`,
    ),
  ).toEqual(['a\n0', 'a#0', 'a\n1000']);
});

test('Ctrl-C ends the publishing of many events after the batch under way, says how far it got, and how to go on', async () => {
  const lines = Array.from({ length: 3_001 }, () => JSON.stringify(event)).join('\n');
  const before = (await storedEvents()) as number;
  const stopped = await belfryHere(['events', 'publish', '--idempotency-key', 'stopped'], {
    environment: { DATABASE_URL: database.url },
    input: lines,
    terminal: (shown) => {
      if (shown.includes('1,000 of 3,001 events')) process.emit('SIGINT');
    },
  });
  expect(stopped.code).toBe(130);
  expect(stopped.out).toMatch(/^Accepted 1,000 events, with \d,000 deliveries\.\n$/);
  expect(stopped.err).toContain(
    'stopped: 1,000 of 3,001 events were accepted, 0 refused, and 2,001 not published. Run it again with the same --idempotency-key',
  );
  expect(await storedEvents()).toBe(before + 1_000);

  const again = await run('events publish --idempotency-key stopped', lines);
  expect(again).toMatchObject({ code: 0, err: '' });
  expect(again.out).toMatch(/^Accepted 3,001 events/);
  expect(await storedEvents()).toBe(before + 3_001);
});

test('data that is not valid is refused field by field, and nothing is stored', async () => {
  const before = await storedEvents();
  const [invalid, noJson, noLine, unknown] = await Promise.all([
    run('events publish run_failed --account 42 --data {"run_id":0}'),
    run('events publish tenant_created --account 42', '{"tenant_id": 7'),
    run('events publish tenant_created --account 42', `${JSON.stringify(tenant)}\nnonsense\n`),
    run('events publish tenant_created --account 41', JSON.stringify(tenant)),
  ]);
  expect(invalid).toMatchObject({ code: 1, out: '' });
  expect(invalid.err).toMatch(
    /^error: .*\n {2}\/run_id +must be an integer.*\n {2}\/run_status +is required/,
  );
  expect(noJson).toMatchObject({ code: 1, out: '' });
  expect(noJson.err).toMatch(/^error: the data is not valid JSON/);
  expect(noLine).toMatchObject({ code: 1, out: '' });
  expect(noLine.err).toContain('line 2  is not valid JSON');
  expect(unknown).toMatchObject({ code: 1, out: '' });
  expect(unknown.err).toContain('no such account');
  expect(await storedEvents()).toBe(before);
});
