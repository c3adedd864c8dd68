/**
 * Hurts Belfry, and checks that it keeps its promises: no accepted event is lost, no webhook is sent twice by itself,
 * nothing stays stuck, and every doubled mail has an explanation.
 * Exits 1 where one was broken; the processes' logs are kept then.
 */
import { parseArgs } from 'node:util';
import { drain } from './drain.mjs';
import { runUnderFaults } from './fault-run.mjs';
import { brokenOf, tableOf } from './report.mjs';
import { SeededRandom } from './seeded-random.mjs';

const usage = `npm run build && npm run chaos -- [flags]    an API and two workers on PostgreSQL: about 10 minutes

  --embedded       one process on the embedded database, killed and restarted
  --quick          the short form of either, as \`npm test\` runs it
  --seed 7         the same faults again: a whole number
  --drain 100000   two workers share a queue of so many webhooks: each is sent exactly once
  --json           figures as JSON
  --help           this
`;

const sizes = {
  full: {
    perSecond: 40,
    durationMs: 480_000,
    kills: 110,
    stops: 10,
    cuts: 25,
    mailWindows: 24,
    refusals: 8,
    webhookTimeoutMs: 1_500,
    leaseMarginMs: 4_000,
    comesToRestWithinMs: 180_000,
  },
  quick: {
    perSecond: 25,
    durationMs: 5_000,
    kills: 4,
    stops: 1,
    cuts: 2,
    mailWindows: 6,
    refusals: 1,
    webhookTimeoutMs: 800,
    leaseMarginMs: 1_200,
    comesToRestWithinMs: 60_000,
  },
};

const options = readFlags();
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const seed = Number(options.seed);
const toDrain = options.drain === undefined ? null : Number(options.drain);
if (!Number.isSafeInteger(seed) || (toDrain !== null && !(Number.isSafeInteger(toDrain) && toDrain > 0))) {
  process.stderr.write(`--seed and --drain take a whole number\n\n${usage}`);
  process.exit(64);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

const say = (line) => process.stderr.write(`${line}\n`);
say(`seed ${seed}`);
const random = new SeededRandom(seed);
const { figures, platform, unexpected } =
  toDrain === null
    ? await runUnderFaults(random, sizes[options.quick ? 'quick' : 'full'], {
        embedded: options.embedded,
        say,
      })
    : await drain(random, toDrain, say);

const broken = brokenOf(figures);
process.stdout.write(
  options.json ? `${JSON.stringify({ seed, figures }, null, 2)}\n` : `seed ${seed}\n${tableOf(figures)}\n\n`,
);
for (const line of unexpected.slice(0, 10)) say(`unexpected: ${line}`);
for (const { group, name, value, mustBe } of broken)
  say(`BROKEN: ${group}, ${name}: ${value}, must be ${mustBe}`);
await platform.remove({ keepLogs: broken.length > 0 });
if (broken.length > 0) say(`the logs are in ${platform.folder}`);
else say('every promise was kept');
process.exit(broken.length > 0 ? 1 : 0);

function readFlags() {
  try {
    return parseArgs({
      options: {
        seed: { type: 'string', default: String(Date.now() % 1_000_000) },
        quick: { type: 'boolean', default: false },
        embedded: { type: 'boolean', default: false },
        drain: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(64);
  }
}
