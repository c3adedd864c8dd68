/** Where the time of Belfry's process goes: a CPU profile of a flood on PostgreSQL, and the functions on top of it. */
import { copyFile, mkdir, mkdtemp, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { flood, warmUp } from '../measure.mjs';
import { durabilityOf, startOnNewDatabase } from './belfry.mjs';

const shown = 25;
/** The whole profiles, for a browser's developer tools. */
const kept = fileURLToPath(new URL('../../../tmp/', import.meta.url));

function profileOf(title, mailsWait) {
  return {
    title,
    durable: durabilityOf.postgres,
    once: true,
    round: async (bench) => {
      const folder = await mkdtemp(join(bench.folder, 'profile-'));
      const nodeOptions = ['--cpu-prof', '--cpu-prof-dir', folder];
      const system = await startOnNewDatabase(bench, {
        kind: 'postgres',
        roles: ['all'],
        mailsWait,
        nodeOptions,
      });
      await warmUp(bench, system, bench.counts.warmUpEvents);
      if (!mailsWait) await system.untilMailsRecorded();
      const { deliveriesPerSecond, startedAt } = await flood(bench, system, { events: bench.counts.events });
      if (!mailsWait) await system.untilMailsRecorded();
      const endedAt = bench.now();
      await system.stop({ inOrder: true });
      const [name] = await readdir(folder);
      await mkdir(kept, { recursive: true });
      await copyFile(
        join(folder, name),
        join(kept, mailsWait ? 'webhooks.cpuprofile' : 'with-mails.cpuprofile'),
      );
      const profile = JSON.parse(await readFile(join(folder, name), 'utf8'));
      return { deliveriesPerSecond, profile: topFunctions(profile, startedAt * 1000, endedAt * 1000) };
    },
  };
}

export const profileRows = {
  profile: profileOf('Belfry, PostgreSQL, webhooks alone, under a profiler', true),
  'profile-mail': profileOf('Belfry, PostgreSQL, with its mails, under a profiler', false),
};

/**
 * The functions with the most time of their own, and each package's share, in per cent of all that was not idle between
 * two times: microseconds of the clock that V8 and all processes share.
 */
function topFunctions({ nodes, samples, timeDeltas, startTime }, from, to) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const functions = new Map();
  const packages = new Map();
  let busy = 0;
  let at = startTime;
  samples.forEach((id, place) => {
    at += timeDeltas[place];
    if (at < from || at > to) return;
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
