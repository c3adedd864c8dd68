/**
 * Rehearses what docs/operations/upgrades.md says: an older build serves and sends; this one starts beside it on the same
 * database and migrates it; the older one stops; at the end the older one comes back, as in a roll-back. All the while
 * events are published. Exits 1 where one is refused or lost, a webhook comes twice, or a process logs an error.
 *
 *     node tools/operations/upgrade.mjs --server postgres://postgres@127.0.0.1/postgres --old ../belfry-before
 *
 * `--old` is the folder of an older checkout in which `npm ci && npm run build` was run.
 */
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { pause } from '@belfry/kit/waiting';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ServerDatabase } from './database.mjs';
import { Endpoints, makeAccounts, Publisher } from './load.mjs';

const { values: options } = parseArgs({
  options: {
    server: { type: 'string' },
    old: { type: 'string' },
    'per-second': { type: 'string', default: '100' },
  },
});
if (options.server === undefined || options.old === undefined)
  throw new Error('give --server URL and --old FOLDER');

const key = 'rehearsal';
const phaseMs = 5_000;
const database = await ServerDatabase.create(options.server);
const endpoints = await Endpoints.open(200);
const environment = {
  ...database.environment,
  NODE_ENV: 'production',
  BOOTSTRAP_API_KEY: key,
  WEBHOOK_ALLOWED_HOSTS: endpoints.address,
  SMTP_URL: 'smtp://127.0.0.1:1',
};
const started = [];
const startPair = async (checkout) => {
  const pair = [];
  const mainFile = join(checkout, 'apps/api/dist/main.js');
  for (const ROLE of ['api', 'worker'])
    pair.push(await BelfryProcess.start({ ...environment, ROLE }, { mainFile }));
  started.push(...pair);
  return pair;
};
const stop = async (pair) => (await Promise.all(pair.map((each) => each.end()))).join(' and ');
const migrations = async () =>
  (await database.query('SELECT name FROM migrations ORDER BY timestamp')).map(({ name }) => name);
let broken = false;
const figure = (name, value, mustBe) => {
  const isWrong = mustBe !== undefined && value !== mustBe;
  broken ||= isWrong;
  console.log(`${isWrong ? 'BROKEN ' : ''}${name}: ${value}${isWrong ? ` (must be ${mustBe})` : ''}`);
};

try {
  const old = await startPair(options.old);
  const before = await migrations();
  const accounts = await makeAccounts(old[0].url, key, endpoints, 10);
  let apis = [old[0].url];
  const publisher = new Publisher(() => apis, key, accounts, Number(options['per-second']));
  const phase = async (name, urls) => {
    apis = urls;
    const from = publisher.accepted.length;
    await pause(phaseMs);
    figure(`accepted ${name}`, publisher.accepted.length - from);
  };
  await phase('by the old version', [old[0].url]);
  const current = await startPair('.');
  const added = (await migrations()).filter((name) => !before.includes(name));
  figure('migrations applied beside the old version', added.join(', ') || 'none');
  await phase('by both at once', [old[0].url, current[0].url]);
  apis = [current[0].url];
  await pause(500);
  figure('old processes stopped with', await stop(old), '0 and 0');
  await phase('by the new version', apis);
  const rolledBack = await startPair(options.old);
  apis = [rolledBack[0].url];
  await pause(500);
  figure('new processes stopped with', await stop(current), '0 and 0');
  await phase('by the old version again', apis);
  await publisher.stop();

  const left = `SELECT count(*) AS n FROM deliveries WHERE channel = 'webhook' AND status IN ('queued', 'sending')`;
  while (Number((await database.query(left))[0].n) > 0) await pause(200);
  const [row] = await database.query(
    `SELECT count(*)::integer AS webhooks, count(*) FILTER (WHERE status = 'succeeded')::integer AS succeeded
     FROM deliveries WHERE channel = 'webhook'`,
  );
  figure('accepted in all', publisher.accepted.length);
  figure('answers other than 202', [...publisher.refused].join(' ') || 'none', 'none');
  figure('webhooks stored', row.webhooks, publisher.accepted.length);
  figure('webhooks succeeded', row.succeeded, publisher.accepted.length);
  figure('webhooks received', endpoints.arrivals.size, publisher.accepted.length);
  figure('webhooks received twice', endpoints.doubled, 0);
  const errors = started.flatMap((each) => each.errors);
  figure('lines of error in the logs', errors.length, 0);
  for (const line of errors.slice(0, 5)) console.log(line);
} finally {
  await Promise.all(started.map((each) => each.end('SIGKILL')));
  await database.destroy();
  await endpoints.close();
}
process.exitCode = broken ? 1 : 0;
