/**
 * The faults, each with the alerts that it must raise. `begin` puts the platform out of order, `goOn` is called again
 * and again until the alerts fire, and `repair` puts it right.
 */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * @typedef {import('./platform.mjs').Platform} Platform
 * @typedef {{ name: string, alerts: string[], begin(platform: Platform): unknown, goOn?(platform: Platform): unknown,
 *   repair(platform: Platform): unknown }} Fault
 */

/** Makes mails that wait due at once, as time would. */
const letTimePass = `UPDATE deliveries SET next_attempt_at = now() WHERE status = 'queued' AND channel = 'email'`;
/** Makes mails that wait a day old. */
const letADayPass = `UPDATE deliveries SET created_at = now() - interval '1 day', next_attempt_at = now()
  WHERE status = 'queued' AND channel = 'email'`;

/** @type {readonly Fault[]} */
export const faults = [
  {
    name: 'endpoint failing',
    alerts: ['BelfryWebhooksFail'],
    begin: ({ endpoint }) => (endpoint.status = 500),
    repair: ({ endpoint }) => (endpoint.status = 204),
  },
  {
    name: 'endpoint hanging',
    alerts: ['BelfryQueueOld', 'BelfryQueueGrows'],
    begin: async (platform) => {
      platform.endpoint.status = null;
      await platform.publish(1000);
    },
    goOn: (platform) => platform.publish(20),
    repair: async (platform) => {
      platform.endpoint.status = 204;
      await until(async () => (await queued(platform, 'webhook')) === 0);
    },
  },
  {
    name: 'mail server down',
    alerts: ['BelfryMailsRetried', 'BelfryMailsWait'],
    begin: async (platform) => {
      await platform.mailServer.stop();
      await platform.publish(150);
    },
    repair: async (platform) => {
      await platform.mailServer.start();
      await until(async () => {
        await platform.postgres.query(letTimePass);
        return (await queued(platform, 'email')) < 20;
      });
    },
  },
  {
    name: 'mail server down for a day',
    alerts: ['BelfryMailsExpired'],
    begin: async (platform) => {
      await platform.mailServer.stop();
      await until(async () => (await queued(platform, 'email')) > 5);
      await platform.postgres.query(letADayPass);
    },
    repair: async (platform) => {
      await platform.mailServer.start();
      await platform.postgres.query(letTimePass);
    },
  },
  {
    name: 'worker killed',
    alerts: ['BelfryDown', 'BelfryDeliveriesInterrupted'],
    begin: async (platform) => {
      platform.endpoint.status = null;
      await pause(1000);
      platform.process('worker-1').abandon();
      platform.endpoint.status = 204;
    },
    repair: (platform) => platform.revive('worker-1'),
  },
  {
    name: 'no worker left',
    alerts: ['BelfryNoWorker'],
    begin: (platform) => Promise.all(['worker-1', 'worker-2'].map((name) => platform.process(name).stop())),
    repair: (platform) => Promise.all(['worker-1', 'worker-2'].map((name) => platform.revive(name))),
  },
  {
    name: 'database down',
    alerts: ['BelfryDatabaseDown', 'BelfryRequestsFail', 'BelfryTrouble'],
    begin: ({ postgres }) => postgres.stop('SIGINT'),
    repair: ({ postgres }) => postgres.start(),
  },
  {
    name: 'database slow',
    alerts: ['BelfryDatabaseSlow'],
    begin: () => undefined,
    goOn: ({ postgres }) =>
      postgres.query(`DO $$ BEGIN LOCK TABLE deliveries IN EXCLUSIVE MODE; PERFORM pg_sleep(1.5); END $$`),
    repair: () => undefined,
  },
  {
    name: 'process too busy',
    alerts: ['BelfryEventLoopSlow'],
    begin: () => undefined,
    // Stopped and let go on: what a machine does that has no time for it.
    goOn: async (platform) => {
      const { pid } = platform.process('worker-2');
      process.kill(pid, 'SIGSTOP');
      await pause(400);
      process.kill(pid, 'SIGCONT');
      await pause(200);
    },
    repair: () => undefined,
  },
  {
    name: 'publisher over its limit',
    alerts: ['BelfryRequestsLimited'],
    begin: () => undefined,
    goOn: (platform) => platform.askTooOften(),
    repair: () => undefined,
  },
];

async function queued({ postgres }, channel) {
  const [{ count }] = await postgres.query(
    `SELECT count(*)::integer FROM deliveries WHERE status = 'queued' AND channel = $1`,
    [channel],
  );
  return count;
}

async function until(isSo) {
  const end = Date.now() + 180_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('the platform did not come right within three minutes');
    await pause(250);
  }
}
