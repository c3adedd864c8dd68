/**
 * Rehearses what docs/operations/backup-and-restore.md says: publishes, backs up meanwhile, goes on, loses everything,
 * restores, and checks what must be true then. Exits 1 where it is not.
 *
 *     npm run build
 *     node tools/operations/restore.mjs --server postgres://postgres@127.0.0.1/postgres   needs pg_dump of its version
 *     node tools/operations/restore.mjs --embedded
 *     node tools/operations/restore.mjs --embedded --careless                 start without `interrupt-queued`
 */
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { pause } from '@belfry/kit/waiting';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EmbeddedDatabase, ServerDatabase } from './database.mjs';
import { ask, Endpoints, makeAccounts, Publisher } from './load.mjs';
import { run } from './run-program.mjs';

const { values: options } = parseArgs({
  options: {
    server: { type: 'string' },
    embedded: { type: 'boolean', default: false },
    careless: { type: 'boolean', default: false },
    'per-second': { type: 'string', default: '100' },
  },
});
if (options.embedded === (options.server !== undefined)) throw new Error('give --server URL, or --embedded');

const bootstrapKey = 'rehearsal';
/** Account 1 gets a tenth of the events, more than its eight places of 1.5 s carry, so that a backup finds a queue. */
const slowMs = 1_500;
const folder = await mkdtemp(join(tmpdir(), 'belfry-restore-'));
const endpoints = await Endpoints.open(slowMs);
const database = options.embedded
  ? new EmbeddedDatabase(folder)
  : await ServerDatabase.create(options.server);
const environment = {
  ...database.environment,
  NODE_ENV: 'production',
  BOOTSTRAP_API_KEY: bootstrapKey,
  WEBHOOK_ALLOWED_HOSTS: endpoints.address,
  WEBHOOKS_IN_FLIGHT_PER_ACCOUNT: '8',
  // Nothing listens there: mails wait.
  SMTP_URL: 'smtp://127.0.0.1:1',
};
let processes = [];
const startAll = async () => {
  const roles = database.isEmbedded ? ['all'] : ['api', 'worker'];
  const fresh = [];
  for (const ROLE of roles) fresh.push(await BelfryProcess.start({ ...environment, ROLE }));
  processes = fresh;
};
const stopAll = (signal) => Promise.all(processes.map((each) => each.end(signal)));
let broken = false;
const figure = (name, value, mustBe) => {
  const isWrong = mustBe !== undefined && value !== mustBe;
  broken ||= isWrong;
  console.log(`${isWrong ? 'BROKEN ' : ''}${name}: ${value}${isWrong ? ` (must be ${mustBe})` : ''}`);
};
const count = async (where) =>
  Number((await database.query(`SELECT count(*) AS n FROM deliveries WHERE ${where}`))[0].n);

try {
  await startAll();
  const accounts = await makeAccounts(processes[0].url, bootstrapKey, endpoints, 10);
  const { key } = await ask('POST', `${processes[0].url}/v1/api-keys`, bootstrapKey, {
    ...{ name: 'Platform', account_id: null },
    scopes: ['events:publish', 'settings:read', 'deliveries:read'],
  });
  const publisher = new Publisher(() => [processes[0].url], key, accounts, Number(options['per-second']));
  await pause(6_000);
  const settingsUrl = () => `${processes[0].url}/v1/accounts/1/notification-settings`;
  const settings = JSON.stringify(await ask('GET', settingsUrl(), key));

  if (database.isEmbedded) await stopAll('SIGTERM');
  const acceptedBefore = publisher.accepted.map(({ id }) => id);
  const began = Date.now();
  await database.backUp(folder);
  const backedUpMs = Date.now() - began;
  const acceptedUntilDone = publisher.accepted.length;
  if (database.isEmbedded) await startAll();
  await pause(4_000);
  await publisher.stop();
  while ((await count(`channel = 'webhook' AND status IN ('queued', 'sending')`)) > 0) await pause(200);
  const receivedBefore = endpoints.arrivals.size;

  await stopAll('SIGKILL');
  await database.destroy();
  const restoring = Date.now();
  await database.restore(folder);
  const restoredMs = Date.now() - restoring;

  const careful = !options.careless;
  const told = careful
    ? JSON.parse(
        await run(
          process.execPath,
          ['apps/cli/bin/belfry.js', 'deliveries', 'interrupt-queued', '--yes', '--json'],
          environment,
        ),
      )
    : { interrupted: 0 };
  await startAll();
  const events = await database.query('SELECT event_id FROM events');
  const stored = new Set(events.map(({ event_id }) => event_id));
  figure('accepted before the backup began', acceptedBefore.length);
  figure('… of which restored', acceptedBefore.filter((id) => stored.has(id)).length, acceptedBefore.length);
  figure('accepted while the backup was made', acceptedUntilDone - acceptedBefore.length);
  figure('events restored', stored.size);
  figure('deliveries restored', await count('true'), 2 * stored.size);
  figure('accepted after, and lost with the database', publisher.accepted.length - stored.size);
  figure('backup took ms', backedUpMs);
  figure('restore took ms', restoredMs);
  figure('queued webhooks that were interrupted', told.interrupted);

  while ((await count(`channel = 'webhook' AND status IN ('queued', 'sending')`)) > 0) await pause(500);
  figure('interrupted in all (with those that were being sent)', await count(`status = 'interrupted'`));
  figure(
    'mails that wait',
    await count(`channel = 'email' AND status IN ('queued', 'sending')`),
    stored.size,
  );
  figure('webhooks received before', receivedBefore);
  figure('webhooks received twice', endpoints.doubled, careful ? 0 : undefined);
  figure(
    'settings are those of the backup',
    JSON.stringify(await ask('GET', settingsUrl(), key)) === settings,
    true,
  );
  const again = new Publisher(() => [processes[0].url], key, accounts, 50);
  await pause(1_000);
  await again.stop();
  figure('accepted after the restore, by the key of before', again.accepted.length > 0, true);
  while ((await count(`channel = 'webhook' AND status IN ('queued', 'sending')`)) > 0) await pause(200);
  figure(
    '… and received',
    again.accepted.filter(({ id }) => endpoints.arrivals.get(id) === 1).length,
    again.accepted.length,
  );
  figure('lines of error in the logs', processes.flatMap(({ errors }) => errors).length, 0);
} finally {
  await stopAll('SIGKILL');
  await database.destroy();
  await endpoints.close();
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = broken ? 1 : 0;
