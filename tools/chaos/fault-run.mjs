/**
 * A run: publishes under faults, lets everything come to rest, and judges. In the calm at its end, mails that wait for
 * their next try are brought forward, so that a run need not last the hours that Belfry would try them for; nothing else
 * in the database is touched.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { FaultInjection, planFaults } from './faults.mjs';
import { judge } from './outcome.mjs';
import { HostileAccount } from './hostile-account.mjs';
import { Platform } from './platform.mjs';
import { Publisher } from './publisher.mjs';
import { durationsOf } from './report.mjs';

/**
 * The sizes of a run.
 * @typedef {{ perSecond: number, durationMs: number, kills: number, stops: number, cuts: number, mailWindows: number,
 *   refusals: number, webhookTimeoutMs: number, leaseMarginMs: number, comesToRestWithinMs: number }} Size
 */

/**
 * Runs; answers the figures and, where something went wrong, where the processes' logs are.
 * @param {import('./seeded-random.mjs').SeededRandom} random
 * @param {Size} size
 * @param {{ embedded: boolean, say: (line: string) => void }} settings
 */
export async function runUnderFaults(random, size, { embedded, say }) {
  const platform = new Platform(random.branch(), { embedded, ...size });
  await platform.start();
  if (!embedded) await platform.startWorkers(2);
  await platform.makeAccounts({ well: 8 });
  const { url, apiKey, accountIds } = platform;
  const publisher = new Publisher({ url, apiKey, accountIds, random: random.branch() });

  const amounts = embedded ? { ...size, stops: 0, cuts: 0 } : size;
  const plan = planFaults(random.branch(), amounts, platform.processes.length, platform.storage.possible);
  const injection = new FaultInjection(platform, publisher);
  say(`publishing ${size.perSecond} events a second, ${plan.length} faults in ${size.durationMs / 1000} s`);
  const hostile = new HostileAccount(platform);
  await hostile.start();
  publisher.start(size.perSecond);
  const progress = setInterval(() => say(progressOf(publisher, platform)), 30_000);
  await injection.run(plan);
  clearInterval(progress);

  say('no more faults: everything comes to rest');
  await Promise.all(platform.processes.map((process_) => process_.ready()));
  const before = await recordsByWorker(platform);
  // Every living worker is to be seen at work after the last kill.
  await pause(1_000);
  await Promise.all([publisher.stop(), hostile.stop()]);
  const broughtForward = await comeToRest(platform, size.comesToRestWithinMs);
  const after = await recordsByWorker(platform);
  const living = new Set(
    [...after].filter(([worker, count]) => count > (before.get(worker) ?? 0)).map(([worker]) => worker),
  );

  const exitCodes = embedded ? null : await platform.stopProcesses();
  const figures = [
    ...figuresOfFaults(injection, platform),
    ...figuresOfProcesses(platform),
    ...durationsOf(
      'a killed process is ready again',
      platform.processes.flatMap((one) => one.readyAfterMs),
    ),
    ...durationsOf('the database is back: an event is accepted', injection.recovery.acceptedAfterMs),
    ...durationsOf('the database is back: a webhook arrives', injection.recovery.arrivedAfterMs),
    { group: 'recovery, ms', name: 'longest time without an accepted event', value: publisher.longestGapMs },
    ...(await judge(platform, publisher, living)),
    ...(await hostile.judge()),
    { group: 'mails', name: 'next tries brought forward by the run', value: broughtForward },
    ...figuresOfStop(exitCodes ?? (await platform.stopProcesses())),
  ];
  return {
    figures,
    platform,
    unexpected: [...publisher.unexpected, ...platform.processes.flatMap((one) => one.ownEnds)],
  };
}

/** Waits until nothing is queued or under way, or the time is over; answers how many mails were brought forward. */
async function comeToRest(platform, withinMs) {
  const end = Date.now() + withinMs;
  let broughtForward = 0;
  for (;;) {
    const [{ left }] = await platform.query(
      `SELECT count(*)::integer AS left FROM deliveries WHERE status IN ('queued', 'sending')`,
    );
    if (left === 0 || Date.now() > end) return broughtForward;
    const moved = await platform.query(
      `UPDATE deliveries SET next_attempt_at = now()
       WHERE status = 'queued' AND channel = 'email' AND next_attempt_at > now() + interval '1 second'
       RETURNING delivery_id`,
    );
    broughtForward += moved.length;
    await pause(500);
  }
}

/** How many outcomes each worker has recorded. */
async function recordsByWorker(platform) {
  const rows = await platform.query(
    'SELECT worker, sum(deliveries)::integer AS count FROM delivery_statistics GROUP BY worker',
  );
  return new Map(rows.map(({ worker, count }) => [worker, count]));
}

function figuresOfFaults({ done }, { endpoints, mailServer, nameServer, postgres, storage }) {
  const group = 'faults';
  const named = (counts, nameOf) =>
    Object.entries(counts).map(([name, value]) => ({ group, name: nameOf(name), value }));
  return [
    ...named(done.kills, (role) => `kill -9 of ROLE=${role}`),
    ...(postgres === null
      ? []
      : [
          ...named(done.stops, (signal) => `PostgreSQL stopped by ${signal} and started`),
          { group, name: 'times that connections to PostgreSQL were cut', value: done.cuts },
          { group, name: 'connections cut', value: done.connectionsCut },
        ]),
    ...storage.possible.map((fault) => ({
      group,
      name: `times that a publisher was refused by a database with the fault: ${fault}`,
      value: done.refusals[fault] ?? 0,
    })),
    ...named(mailServer.shown, (fault) => `mail server: ${fault}`),
    ...named(endpoints.shown, (fault) => `endpoint: ${fault}`),
    ...named(nameServer.shown, (fault) => `name server: questions for a ${fault}`),
  ];
}

function figuresOfProcesses({ processes }) {
  const group = 'processes';
  const sum = (countOf) => processes.reduce((total, one) => total + countOf(one), 0);
  return [
    { group, name: 'starts that failed while the database was away', value: sum((one) => one.failedStarts) },
    { group, name: 'ended by themselves', value: sum((one) => one.ownEnds.length), mustBe: 0 },
  ];
}

function figuresOfStop(exitCodes) {
  const group = 'orderly stop';
  return [
    { group, name: 'processes', value: exitCodes.length },
    {
      group,
      name: 'that did not exit with 0',
      value: exitCodes.filter((code) => code !== 0).length,
      mustBe: 0,
    },
  ];
}

function progressOf({ accepted }, { endpoints, mailServer, processes }) {
  const kills = processes.reduce((total, one) => total + one.kills, 0);
  return `${kills} kills, ${accepted.length} accepted, ${endpoints.received.size} webhooks and ${mailServer.mails.size} mails received`;
}
