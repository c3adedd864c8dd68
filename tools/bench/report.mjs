/** What a run prints and writes. */
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { judge } from './goals.mjs';
import { median } from './measure.mjs';

/** The median of each figure over the rounds of a row; what is no number is taken from the first. */
export function mediansOf(rounds) {
  const [first] = rounds;
  return Object.fromEntries(
    Object.keys(first).map((figure) => {
      const values = rounds.map((round) => round[figure]);
      if (typeof first[figure] === 'number') return [figure, median(values)];
      const isGroup =
        first[figure] !== null && typeof first[figure] === 'object' && !Array.isArray(first[figure]);
      return [figure, isGroup && figure !== 'profile' ? mediansOf(values) : first[figure]];
    }),
  );
}

/** The machine and the program, as far as figures depend on them. */
export function setting(bench) {
  return {
    date: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    changedFiles: git('status', '--porcelain')?.split('\n').filter(Boolean).length ?? null,
    node: process.version,
    cpu: `${cpus().length} × ${cpus()[0].model}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadBefore: loadavg()[0],
    runs: bench.options.runs,
    quick: bench.options.quick,
    counts: bench.counts,
  };
}

/** What git answers; null where this is no git checkout, or there is no git. */
function git(...parameters) {
  const { status, stdout } = spawnSync('git', parameters, { encoding: 'utf8', cwd: import.meta.dirname });
  return status === 0 ? stdout.trim() : null;
}

const integer = (value) =>
  value === undefined || value === null ? '' : Math.round(value).toLocaleString('en');
const decimals = (value, digits) => (value === undefined || value === null ? '' : value.toFixed(digits));
const quantiles = (of) =>
  of === undefined ? '' : [of.p50, of.p95, of.p99].map((value) => value.toFixed(1)).join(' / ');

/** Prints the tables; `results` is `{row: {title, durable, missing?, rounds?, medians?}}`. */
export function print(bench, results) {
  const measured = Object.values(results).filter(({ medians }) => medians !== undefined);
  const sayMissing = ({ title, missing }) => [title, missing];
  console.log('\nEnd to end: published over HTTP, stored, one webhook each, outcome stored (medians)');
  printTable(
    ['', 'deliveries/s', 'arrivals/s', 'CPU s/1,000', 'load gen. CPU s/1,000', 'peak MiB'],
    Object.values(results)
      .filter(({ medians, missing }) => missing !== undefined || medians.deliveriesPerSecond !== undefined)
      .map((row) =>
        row.missing !== undefined
          ? sayMissing(row)
          : [
              row.title,
              integer(row.medians.deliveriesPerSecond),
              integer(row.medians.arrivalsPerSecond),
              decimals(row.medians.cpuSecondsPerThousand, 3),
              decimals(row.medians.partsCpuSecondsPerThousand, 3),
              integer(row.medians.memoryMiB),
            ],
      ),
  );
  console.log('\nPublish to arrival in ms: p50 / p95 / p99');
  printTable(
    ['', 'at 50/s', 'at half of the full rate'],
    measured
      .filter(({ medians }) => medians.at50 !== undefined)
      .map(({ title, medians }) => [title, quantiles(medians.at50), quantiles(medians.atHalf)]),
  );
  console.log('\nMore about Belfry');
  printTable(
    ['', '', ''],
    measured.flatMap(({ title, medians }) => moreAbout(bench, title, medians)),
  );
  for (const { title, medians } of measured)
    if (medians.profile !== undefined) printProfile(title, medians.profile);
  console.log('\nWhat is durable when');
  printTable(
    ['', ''],
    measured.map(({ title, durable }) => [title, durable]),
  );
  console.log(`
Memory is of the processes of Node and Redis, CPU of PostgreSQL's too. Every event of Belfry stores a mail as well, which
waits in the queue unless the row says "with its mails". A webhook has ${bench.bodyBytes} bytes.`);
  console.log('\nGoals');
  printTable(
    ['', 'measured', ''],
    judge(mediansByRow(results)).map(({ goal, value, reached }) => [
      goal,
      value ?? '',
      reached === null ? 'not measured' : reached ? 'reached' : 'NOT reached',
    ]),
  );
}

function moreAbout(bench, title, medians) {
  const { single, beside, mailsPerSecond, mailsPerSecondBeside, rateFew, rateMany, memoryOverTime } = medians;
  const { history, stuck, longEvents } = bench.counts;
  const lines = [];
  if (single) lines.push(['all events of one account', `${integer(single.deliveriesPerSecond)}/s`]);
  if (beside) {
    const name = `beside ${stuck} deliveries to an endpoint that hangs`;
    lines.push(
      [name, `${integer(beside.rateBeside)}/s, without ${integer(beside.rateAlone)}/s`],
      ['  at 50/s, ms', `${quantiles(beside.beside)}, without ${quantiles(beside.alone)}`],
    );
  }
  if (mailsPerSecond)
    lines.push(
      ['mails alone', `${integer(mailsPerSecond)}/s`],
      ['mails together with as many webhooks', `${integer(mailsPerSecondBeside)}/s`],
    );
  if (rateFew)
    lines.push([
      `with ${integer(history.many)} old deliveries`,
      `${integer(rateMany)}/s, with ${integer(history.few)} ${integer(rateFew)}/s`,
    ]);
  if (memoryOverTime) lines.push([`MiB over ${integer(longEvents)} events`, memoryOverTime.join(' ')]);
  return [...lines, ...(medians.facts ?? [])].map(([what, value]) => [title, what, value]);
}

function printProfile(title, { functions, packages }) {
  for (const [what, list] of Object.entries({ functions, packages })) {
    console.log(`\n${title}: ${what}, by their own share of the time that is not idle`);
    printTable(
      ['', ''],
      list.map(({ name, percent }) => [`${percent.toFixed(1)} %`, name]),
    );
  }
}

function printTable(head, lines) {
  const all = head.some((cell) => cell !== '') ? [head, ...lines] : lines;
  // A row of which nothing was measured has one long cell, which counts for no column's width.
  const width = (column) =>
    Math.max(0, ...all.filter((l) => l.length === head.length).map((l) => l[column].length));
  const widths = head.map((_, column) => width(column));
  for (const line of all) {
    const cells = line.map((cell, column) => cell.padEnd(widths[column]));
    console.log(`  ${cells.join('  ').trimEnd()}`);
  }
}

function mediansByRow(results) {
  return Object.fromEntries(Object.entries(results).map(([name, { medians = {} }]) => [name, medians]));
}

/** Writes everything, each round too, to tmp/bench-<date>.json; answers the file's name. */
export async function write(bench, about, results) {
  const folder = fileURLToPath(new URL('../../tmp/', import.meta.url));
  await mkdir(folder, { recursive: true });
  const file = `${folder}bench-${about.date.slice(0, 19).replaceAll(':', '-')}.json`;
  const goals = judge(mediansByRow(results));
  await writeFile(
    file,
    `${JSON.stringify({ ...about, bodyBytes: bench.bodyBytes, results, goals }, null, 2)}\n`,
  );
  return file;
}
