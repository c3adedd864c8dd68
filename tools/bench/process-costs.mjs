/** What processes cost, as Linux counts it in /proc; null on other systems, where it is not measured. */
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: the unit of times in /proc, 100 to the second on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** CPU seconds so far, user and system, of these processes and all below them, ended ones included. */
export function cpuSeconds(roots) {
  if (process.platform !== 'linux') return null;
  return [...tree(roots).values()].reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond;
}

/** The most memory that these processes have held at once, each for itself, in MiB. */
export function peakMemoryMiB(pids) {
  return sumOfStatus(pids, 'VmHWM');
}

/** The memory that these processes hold now, in MiB. */
export function memoryMiB(pids) {
  return sumOfStatus(pids, 'VmRSS');
}

function sumOfStatus(pids, name) {
  if (process.platform !== 'linux') return null;
  const kibibytes = pids.map((pid) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]),
  );
  return Math.round(kibibytes.reduce((sum, one) => sum + one, 0) / 1024);
}

function tree(roots) {
  const all = new Map();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(name) : null;
    if (stat !== null) all.set(Number(name), stat);
  }
  const below = new Map();
  const add = (pid) => {
    if (!all.has(pid) || below.has(pid)) return;
    below.set(pid, all.get(pid));
    for (const [child, { parent }] of all) if (parent === pid) add(child);
  };
  roots.forEach(add);
  return below;
}

/** Fields 4 and 14 to 17 of /proc/PID/stat (proc(5)); the name before them may hold spaces and brackets. */
function readStat(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    // It ended between the listing and now: its parent has its times.
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return null;
    throw error;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    parent: Number(fields[1]),
    ticks: fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0),
  };
}
