/**
 * `npm run bench`: measures Belfry, what people would use instead, and the raw limit, on this machine in one run. Starts
 * all it needs on loopback, and leaves nothing behind. The rows take turns, round after round, so that whatever else the
 * machine does falls on all alike; publisher, endpoint and mail server are the same for all. README.md says more.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
/** When a file was changed, in milliseconds; 0 where there is none. */
const changedAt = (name) => statSync(`${here}${name}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (changedAt('node_modules/.package-lock.json') < changedAt('package-lock.json')) {
  console.log('Installing what Belfry is compared with (npm ci in tools/bench) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const { readOptions, usage } = await import('./options.mjs');
const { openBench } = await import('./bench.mjs');
const { rows } = await import('./rows/index.mjs');
const { mediansOf, print, setting, write } = await import('./report.mjs');

let options;
try {
  options = readOptions(Object.keys(rows));
} catch (error) {
  console.error(`${error.message}\n\n${usage}`);
  process.exit(2);
}
if (options.help) {
  console.log(usage);
  process.exit(0);
}

const bench = await openBench(options);
let interrupted = null;
function interrupt(code) {
  interrupted ??= code;
  void bench.close().finally(() => process.exit(interrupted));
}
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 }))
  process.on(signal, () => interrupt(code));
// Whoever read the output has gone, as `head` does.
process.stdout.on('error', () => interrupt(1));

try {
  const about = setting(bench);
  const results = await measureAll();
  print(bench, results);
  console.log(`\nAll figures, of each round too: ${await write(bench, about, results)}`);
} catch (error) {
  // What was being measured fails when its processes are ended.
  if (interrupted === null) throw error;
} finally {
  await bench.close();
}

async function measureAll() {
  const results = {};
  for (const name of options.rows) {
    const { title, durable, missing, prepare } = rows[name];
    const reason = missing?.(bench) ?? undefined;
    results[name] = reason === undefined ? { title, durable, rounds: [] } : { title, missing: reason };
    if (reason === undefined && prepare !== undefined) await timed(`preparing ${name}`, () => prepare(bench));
  }
  for (let number = 1; number <= options.runs; number += 1) {
    for (const name of options.rows) {
      const { round, once = false } = rows[name];
      if (results[name].missing !== undefined || (once && number > 1)) continue;
      const figures = await timed(`round ${number}: ${name}`, () => round(bench, number));
      results[name].rounds.push(figures);
    }
  }
  for (const name of options.rows) {
    await rows[name].finish?.(bench);
    if (results[name].rounds !== undefined) results[name].medians = mediansOf(results[name].rounds);
  }
  return results;
}

async function timed(what, work) {
  const startedAt = Date.now();
  const answer = await work();
  console.log(`  ${what}: ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  return answer;
}
