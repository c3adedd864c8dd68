/** Where the time of Belfry's process goes: a CPU profile of a flood on PostgreSQL, and the functions on top of it. */
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { flood, warmUp } from '../measure.mjs';
import { durabilityOf, startOnNewDatabase } from './belfry.mjs';

const shown = 25;

export const profileRow = {
  title: 'Belfry, PostgreSQL, under a profiler',
  durable: durabilityOf.postgres,
  once: true,
  round: async (bench) => {
    const folder = await mkdtemp(join(bench.folder, 'profile-'));
    const nodeOptions = ['--cpu-prof', '--cpu-prof-dir', folder];
    // Mails are sent: the process must end in order to write its profile, and a mail that hangs would keep it.
    const system = await startOnNewDatabase(bench, {
      kind: 'postgres',
      roles: ['all'],
      mailsWait: false,
      nodeOptions,
    });
    await warmUp(bench, system, bench.counts.warmUpEvents);
    const { deliveriesPerSecond } = await flood(bench, system, { events: bench.counts.events });
    await system.untilMailsRecorded();
    await system.stop();
    const [name] = await readdir(folder);
    const profile = JSON.parse(await readFile(join(folder, name), 'utf8'));
    return { deliveriesPerSecond, profile: topFunctions(profile) };
  },
};

/** The functions with the most time of their own, and each package's share, in per cent of all that was not idle. */
export function topFunctions({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const functions = new Map();
  const packages = new Map();
  let busy = 0;
  samples.forEach((id, place) => {
    const { functionName, url, lineNumber } = byId.get(id).callFrame;
    if (functionName === '(idle)' || functionName === '(program)') return;
    busy += timeDeltas[place];
    const file = shortName(url);
    const name = `${functionName || '(anonymous)'} ${file}${url === '' ? '' : `:${lineNumber + 1}`}`;
    functions.set(name, (functions.get(name) ?? 0) + timeDeltas[place]);
    const owner = packageOf(functionName, file);
    packages.set(owner, (packages.get(owner) ?? 0) + timeDeltas[place]);
  });
  const percent = (all) =>
    [...all]
      .sort(([, one], [, other]) => other - one)
      .slice(0, shown)
      .map(([name, time]) => ({ name, percent: Math.round((time * 1000) / busy) / 10 }));
  return { functions: percent(functions), packages: percent(packages) };
}

function shortName(url) {
  return url.replace(/^.*\/node_modules\//, '').replace(/^.*\/(libs|apps)\//, '$1/');
}

function packageOf(functionName, file) {
  if (file === '') return functionName === '(garbage collector)' ? 'garbage collection' : 'native';
  if (file.startsWith('node:')) return file;
  const parts = file.split('/');
  return file.startsWith('@') || /^(libs|apps)\//.test(file) ? parts.slice(0, 2).join('/') : parts[0];
}
