/**
 * Two workers share a queue: it is filled while no worker runs, then both start, and every webhook must arrive exactly
 * once. The events' mails are put off by a day, so that the rate is that of webhooks alone.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Platform } from './platform.mjs';

const accounts = 64;
const eventsPerBatch = 1_000;
const drainsWithinMs = 600_000;

/**
 * Fills the queue and drains it; answers the figures.
 * @param {import('./seeded-random.mjs').SeededRandom} random
 * @param {number} webhooks
 * @param {(line: string) => void} say
 */
export async function drain(random, webhooks, say) {
  const platform = new Platform(random, { embedded: false, webhookTimeoutMs: 15_000, leaseMarginMs: 15_000 });
  await platform.start();
  await platform.makeAccounts({ well: accounts, faults: [] });

  say(`publishing ${webhooks} events, no worker running`);
  const fillSeconds = await secondsOf(() => fill(platform, webhooks));
  await platform.query(
    `UPDATE deliveries SET next_attempt_at = now() + interval '1 day' WHERE channel = 'email'`,
  );
  const [{ queued }] = await platform.query(
    `SELECT count(*)::integer AS queued FROM deliveries WHERE status = 'queued' AND channel = 'webhook'`,
  );

  say('starting two workers');
  await platform.startWorkers(2);
  const alreadySent = platform.endpoints.received.size;
  const drainSeconds = await secondsOf(() => untilDrained(platform, say));
  const exitCodes = await platform.stopProcesses();

  const figures = [
    { group: 'queue', name: 'webhooks queued', value: queued, mustBe: webhooks },
    { group: 'queue', name: 'events accepted per second, in batches', value: webhooks / fillSeconds },
    ...(await judge(platform, webhooks)),
    ...(await sharesOf(platform)),
    { group: 'speed', name: 'seconds from both workers ready to the last record', value: drainSeconds },
    { group: 'speed', name: 'webhooks per second', value: (webhooks - alreadySent) / drainSeconds },
    {
      group: 'orderly stop',
      name: 'processes that did not exit with 0',
      value: exitCodes.filter((code) => code !== 0).length,
      mustBe: 0,
    },
  ];
  return { figures, platform, unexpected: platform.processes.flatMap((one) => one.ownEnds) };
}

async function fill({ url, apiKey, accountIds }, webhooks) {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  for (let from = 0; from < webhooks; from += eventsPerBatch) {
    const events = Array.from({ length: Math.min(eventsPerBatch, webhooks - from) }, (_, index) => ({
      event_type: 'integration_created',
      environment: 'production',
      account_id: accountIds[(from + index) % accountIds.length],
      data: { integration_id: from + index + 1, integration_name: 'CRM sync' },
    }));
    const body = JSON.stringify({ events });
    const answer = await fetch(`${url}/v1/events/batch`, { method: 'POST', headers, body });
    const { results } = await answer.json();
    if (results?.every(({ status }) => status === 202) !== true)
      throw new Error(`a batch was answered ${answer.status}, not all of it accepted`);
  }
}

async function untilDrained(platform, say) {
  const end = Date.now() + drainsWithinMs;
  for (let asked = 1; Date.now() < end; asked += 1) {
    const [{ left }] = await platform.query(
      `SELECT count(*)::integer AS left FROM deliveries WHERE channel = 'webhook' AND status IN ('queued', 'sending')`,
    );
    if (left === 0) return;
    if (asked % 20 === 0) say(`${left} left`);
    await pause(500);
  }
}

async function judge(platform, webhooks) {
  const group = 'webhooks';
  const received = [...platform.endpoints.received.values()];
  const statuses = await platform.query(
    `SELECT status, count(*)::integer AS count FROM deliveries WHERE channel = 'webhook' GROUP BY status`,
  );
  const of = (status) => statuses.find((row) => row.status === status)?.count ?? 0;
  return [
    { group, name: 'succeeded', value: of('succeeded'), mustBe: webhooks },
    { group, name: 'stuck in queued or sending', value: of('queued') + of('sending'), mustBe: 0 },
    {
      group,
      name: 'received exactly once',
      value: received.filter(({ arrivals }) => arrivals === 1).length,
      mustBe: webhooks,
    },
    {
      group,
      name: 'received twice',
      value: received.filter(({ arrivals }) => arrivals > 1).length,
      mustBe: 0,
    },
  ];
}

/** How the two shared the work. */
async function sharesOf(platform) {
  const rows = await platform.query(
    `SELECT sum(deliveries)::integer AS count FROM delivery_statistics GROUP BY worker ORDER BY 1 DESC`,
  );
  const group = 'shares';
  return [
    { group, name: 'workers that took part', value: rows.length, mustBe: 2 },
    ...rows.map(({ count }, index) => ({ group, name: `by worker ${index + 1}`, value: count })),
  ];
}

async function secondsOf(act) {
  const start = performance.now();
  await act();
  return (performance.now() - start) / 1000;
}
