/**
 * Checks the alert rules and tests them (promtool), then makes each alert fire for real: a whole Belfry under a
 * Prometheus, put into one fault after the other. Fails if an alert does not come, does not go, or comes in good health.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { faults } from './faults.mjs';
import { readOptions } from './options.mjs';
import { Platform } from './platform.mjs';
import { Prometheus } from './prometheus.mjs';

const root = join(import.meta.dirname, '../..');
const rulesFile = join(root, 'docs/operations/alerts.yaml');
/** How long an alert may take to come, or to go: the queue must be a minute old for one of them. */
const patienceMs = 180_000;
/** How long the platform is watched in good health before the first fault. */
const healthyMs = 15_000;

const options = readOptions(faults.map(({ name }) => name));
promtool('check', 'rules', rulesFile);
promtool('test', 'rules', join(import.meta.dirname, 'alert-rules.test.yaml'));
if (!options.rulesOnly) process.exitCode = (await makeAllFire()) ? 0 : 1;

function promtool(...words) {
  const { error, status } = spawnSync('promtool', words, { stdio: 'inherit' });
  if (error !== undefined) {
    console.error(
      `promtool can't be run: ${error.message}\nIt comes with Prometheus, in Debian: apt-get install prometheus`,
    );
  }
  if (error !== undefined || status !== 0) process.exit(1);
}

async function makeAllFire() {
  if (!existsSync(join(root, 'apps/api/dist/main.js'))) throw new Error('build first: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'belfry-alerts-'));
  const platform = new Platform();
  const prometheus = new Prometheus();
  try {
    await platform.start(folder);
    await prometheus.start(folder, rulesFile, platform.ports);
    await pause(healthyMs);
    const early = await prometheus.firing();
    console.log(
      `in good health for ${healthyMs / 1000} s: ${early.size === 0 ? 'no alert' : [...early].join(', ')}`,
    );
    let isWell = early.size === 0;
    for (const fault of faults.filter(({ name }) => options.faults.includes(name)))
      isWell = (await goThrough(fault, platform, prometheus)) && isWell;
    return isWell;
  } finally {
    await prometheus.stop();
    await platform.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One fault from its begin to the end of its alerts; prints a line. Says whether all came and went. */
async function goThrough(fault, platform, prometheus) {
  const cameAfter = new Map();
  const begun = performance.now();
  await fault.begin(platform);
  while (fault.alerts.some((name) => !cameAfter.has(name)) && performance.now() - begun < patienceMs) {
    await fault.goOn?.(platform);
    for (const name of await prometheus.firing())
      if (!cameAfter.has(name)) cameAfter.set(name, performance.now() - begun);
    await pause(250);
  }
  const repaired = performance.now();
  await fault.repair(platform);
  let firing = await prometheus.firing();
  while (firing.size > 0 && performance.now() - repaired < patienceMs) {
    await pause(250);
    firing = await prometheus.firing();
  }
  const seconds = (ms) => `${(ms / 1000).toFixed(0)} s`;
  const told = [...cameAfter].map(([name, ms]) =>
    fault.alerts.includes(name) ? `${name} after ${seconds(ms)}` : `(also ${name} after ${seconds(ms)})`,
  );
  const missing = fault.alerts.filter((name) => !cameAfter.has(name));
  console.log(
    [
      `${fault.name}: ${told.join(', ')}`,
      ...missing.map((name) => `  DID NOT FIRE: ${name}`),
      firing.size === 0
        ? `  all ended ${seconds(performance.now() - repaired)} after the repair`
        : `  DID NOT END: ${[...firing].join(', ')}`,
    ].join('\n'),
  );
  return missing.length === 0 && firing.size === 0;
}
