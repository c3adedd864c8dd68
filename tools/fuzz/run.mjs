/**
 * Sends requests that nobody would send, made from the API's own description, and checks that none is answered 5xx, that
 * the process lives on and that nothing but the caller's mistake is spoken of. Strangers come first, with bodies that are
 * deep, large or never end: none of their bytes may be read.
 *
 *     npm run build && npm run fuzz                       100,000 requests on a PostgreSQL of the run's own: some minutes
 *     npm run fuzz -- --requests 2000 --seed 7            fewer; the same seed makes the same requests
 *     npm run fuzz -- --embedded                          on the embedded database
 *     npm run fuzz -- --database-url postgres://…         on this one, which should be empty
 *
 * `--json` prints the figures as JSON. Exits 1 where something was found; the requests that found it are shown.
 */
import fc from 'fast-check';
import { parseArgs } from 'node:util';
import { requestsOf } from './requests.mjs';
import { faultOfStranger, strangersOf } from './strangers.mjs';
import { Target } from './target.mjs';
import { describe, faultOf } from './verdict.mjs';
import { Wire } from './wire.mjs';

/** Requests are made up in portions: all of them at once would be gigabytes. */
const portion = 500;
/** Of strangers' requests, whose bodies have up to 4 MiB, fewer at a time. */
const strangersPortion = 50;
/** One request of a stranger for so many others. */
const strangersShare = 10;
const connections = 16;
/** So many faults are shown; more are counted. */
const shownFaults = 20;

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    embedded: { type: 'boolean', default: false },
    'database-url': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(options.seed);
const wanted = Number(options.requests);
if (!Number.isSafeInteger(seed) || !(Number.isSafeInteger(wanted) && wanted > 0)) {
  process.stderr.write('--seed and --requests take a whole number\n');
  process.exit(64);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

const say = (line) => process.stderr.write(`${line}\n`);
say(`seed ${seed}`);
const target = new Target();
await target.start({ databaseUrl: options['database-url'], embedded: options.embedded });
const description = await target.get('/openapi.json');
const requests = requestsOf(description, target);
const strangers = strangersOf(description, target);
const wire = new Wire(target.url, connections);

const faults = [];
const byStatus = {};
let sent = 0;
let memoryAtStart = null;
const begun = performance.now();
const ofStrangers = Math.ceil(wanted / strangersShare);
const readBefore = await target.bodyBytesRead();
for (let asked = 0; asked < ofStrangers && target.isAlive; asked += strangersPortion) {
  const size = Math.min(strangersPortion, ofStrangers - asked);
  const next = fc.sample(strangers, { seed: seed + asked, numRuns: size }).values();
  await Promise.all(Array.from({ length: connections }, () => sendAll(next, faultOfStranger)));
}
const readOfStrangers = target.isAlive ? (await target.bodyBytesRead()) - readBefore : 0;
if (readOfStrangers > 0) report(`${readOfStrangers} bytes of strangers' bodies were read`);
say(`${ofStrangers} requests of strangers, ${faults.length} faults, ${megabytes(target.memory)} MB`);
while (sent < wanted && target.isAlive) {
  const size = Math.min(portion, wanted - sent);
  const next = fc.sample(requests, { seed: seed + sent, numRuns: size }).values();
  await Promise.all(Array.from({ length: connections }, () => sendAll(next)));
  sent += size;
  // What a process needs to be warm is no leak.
  if (sent >= Math.min(wanted / 10, 5_000)) memoryAtStart ??= target.memory;
  if (sent % 5_000 === 0) say(`${sent} requests, ${faults.length} faults, ${megabytes(target.memory)} MB`);
}
const seconds = (performance.now() - begun) / 1000;
await checkWhatIsLeft();
const figures = {
  requests: sent,
  ofStrangers,
  seed,
  seconds: Math.round(seconds),
  answers: byStatus,
  memoryAfterWarmUp: memoryAtStart,
  memoryAtEnd: target.isAlive ? target.memory : null,
};
wire.close();
const exitCode = await target.remove();
if (exitCode !== 0) report(`the process ended with ${exitCode} when it was told to stop`);

process.stdout.write(
  `${JSON.stringify({ ...figures, faults: faults.length }, null, options.json ? 0 : 2)}\n`,
);
for (const fault of faults.slice(0, shownFaults)) say(`FOUND: ${fault}`);
process.exit(faults.length > 0 ? 1 : 0);

async function sendAll(next, judge = faultOf) {
  for (const request of next) {
    if (!target.isAlive) return;
    const answer = await wire.send(request);
    const group = answer.status ?? 'none';
    byStatus[group] = (byStatus[group] ?? 0) + 1;
    const fault = judge(request, answer);
    if (fault !== null) report(`${fault}\n${describe(request)}\n  answer ${answer.text.slice(0, 300)}`);
  }
}

/** The process lives, its log tells of no failed request, and what a prototype holds has not become everybody's. */
async function checkWhatIsLeft() {
  if (!target.isAlive) return report(`the process died:\n${target.output.slice(-3_000)}`);
  const failed = target.output.split('\n').filter((line) => line.includes('request failed'));
  for (const line of failed) report(`the log says: ${line.slice(0, 1_000)}`);
  const { status } = await target.get('/health/ready');
  if (status !== 'ok') report(`/health/ready says ${status}`);
  for (const accountId of target.accountIds) {
    const account = Object.keys(await target.get(`/v1/accounts/${accountId}`))
      .sort()
      .join();
    if (account !== 'account_id,account_name,created_at,primary_contact,updated_at')
      report(`account ${accountId} has the fields ${account}`);
  }
}

function megabytes(bytes) {
  return bytes === null ? '?' : Math.round(bytes / 1_000_000);
}

function report(fault) {
  faults.push(fault);
}
