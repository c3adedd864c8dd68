/** Measurements of a running system. All times are of one clock, in milliseconds; rates are per second. */
import { end, startPart } from './child-processes.mjs';
import { cpuSeconds } from './process-costs.mjs';
import { firstRunId } from './payload.mjs';

const giveUpMs = 120_000;
let nextRunId = firstRunId;

/** Run ids that no measurement of this run has used. */
export function takeRunIds(count) {
  const first = nextRunId;
  nextRunId += count;
  return first;
}

/** The value in the middle; of an even number of values the lower of the two there. */
export function median(values) {
  return values.toSorted((one, other) => one - other)[(values.length - 1) >> 1];
}

/** Publishes as fast as answers come, and waits until every webhook has arrived and its outcome is stored. */
export async function flood(bench, system, { events, accounts = system.accounts }) {
  const { endpoint, publisher } = bench;
  const parts = [endpoint.child.pid, publisher.child.pid];
  const before = { system: system.cpuSeconds(), parts: cpuSeconds(parts) };
  const { startedAt, answeredAt, arrivals } = await publishAndReceive(bench, system, events, accounts, null);
  await system.untilRecorded(events);
  const recordedAt = bench.now();
  const perThousand = (end, start) => (end === null ? null : ((end - start) * 1000) / events);
  const rate = (end) => (events * 1000) / (end - startedAt);
  return {
    deliveriesPerSecond: rate(recordedAt),
    arrivalsPerSecond: rate(arrivals.reduce((latest, at) => Math.max(latest, at), 0)),
    acceptedPerSecond: rate(answeredAt),
    cpuSecondsPerThousand: perThousand(system.cpuSeconds(), before.system),
    partsCpuSecondsPerThousand: perThousand(cpuSeconds(parts), before.parts),
    startedAt,
  };
}

/** Publishes at a steady rate; answers how long events take from just before they are sent to their arrival, in ms. */
export async function steady(bench, system, { perSecond, seconds, accounts = system.accounts }) {
  const events = Math.max(1, Math.round(perSecond * seconds));
  const { sentAt, arrivals } = await publishAndReceive(bench, system, events, accounts, perSecond);
  await system.untilRecorded(events);
  const latencies = Array.from(arrivals, (at, place) => at - sentAt[place]).sort((one, other) => one - other);
  const quantile = (share) => latencies[Math.min(events - 1, Math.ceil(events * share) - 1)];
  return { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) };
}

/** Lets a system's code and connections warm up, as every one may before it is measured. */
export async function warmUp(bench, system, events) {
  await flood(bench, system, { events });
}

/** Webhooks straight to the endpoint, by a sender that is new and warmed up as every system is; answers how many per second. */
export async function raw(bench, client, count) {
  const sender = await startPart('parts/raw-sender.mjs');
  await sendRaw(bench, sender, client, bench.counts.warmUpEvents);
  const deliveriesPerSecond = await sendRaw(bench, sender, client, count);
  await end(sender.child);
  return { deliveriesPerSecond };
}

async function sendRaw(bench, sender, client, count) {
  const first = takeRunIds(count);
  await bench.endpoint.ask({ expect: { first, count } });
  const { startedAt } = await sender.ask({ client, url: bench.webhookUrl, first, count });
  const { arrivals } = await received(bench);
  const lastAt = arrivals.reduce((latest, at) => Math.max(latest, at), 0);
  return (count * 1000) / (lastAt - startedAt);
}

/** Publishes events without a webhook to the endpoint: to accounts with none, or one that hangs. */
export function publishOnly(bench, system, { events, accounts }) {
  const question = { ...system.publishing, first: takeRunIds(events), count: events, accounts };
  return bench.publisher.ask({ ...question, perSecond: null });
}

async function publishAndReceive(bench, system, count, accounts, perSecond) {
  const first = takeRunIds(count);
  await bench.endpoint.ask({ expect: { first, count } });
  const published = await bench.publisher.ask({ ...system.publishing, first, count, accounts, perSecond });
  return { ...published, ...(await received(bench)) };
}

/** What the endpoint got. A webhook lost, sent twice, or of another size than everybody's makes the figures worthless. */
async function received(bench) {
  const got = await bench.endpoint.ask({ result: giveUpMs });
  const { missing, repeated, strangers, bodyBytes } = got;
  if (missing + repeated + strangers > 0)
    throw new Error(`webhooks: ${missing} missing, ${repeated} repeated, ${strangers} not asked for`);
  bench.bodyBytes ??= bodyBytes;
  if (Math.abs(bodyBytes - bench.bodyBytes) > 1)
    throw new Error(`webhooks have ${bodyBytes} bytes here and ${bench.bodyBytes} elsewhere`);
  return got;
}
