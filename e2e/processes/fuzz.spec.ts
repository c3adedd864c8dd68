/** The short form of `npm run fuzz`: the same kinds of requests, always the same ones. */
import { createEmptyDatabase } from '@belfry/kit/databases';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const harness = resolve(__dirname, '../../tools/fuzz/run.mjs');
const seed = 1;

interface Figures {
  readonly requests: number;
  readonly answers: Readonly<Record<string, number>>;
  readonly faults: number;
}

it(`no request is answered 5xx, and the process outlives them all (seed ${seed})`, async () => {
  const database = await createEmptyDatabase();
  try {
    const { stdout } = await run(process.execPath, [
      ...[harness, '--requests', '1500', '--seed', String(seed), '--json', '--database-url', database.url],
    ]);
    const { requests, answers, faults } = JSON.parse(stdout) as Figures;
    expect({ requests, faults }).toEqual({ requests: 1500, faults: 0 });
    // The requests were of every kind: many were taken, and many refused for what is wrong with them.
    for (const status of [200, 202, 207, 400, 401, 404, 405, 413, 415])
      expect(answers[status]).toBeGreaterThan(0);
  } finally {
    await database.drop();
  }
  // Some 4 s; far more only where the machine is busy with something else.
}, 120_000);
