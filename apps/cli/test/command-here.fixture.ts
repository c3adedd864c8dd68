/**
 * Runs commands in the process of the tests, which starts once; a process for each command would start again and again. What only a
 * process can show (its exit code, pipes, signals, the log) is tested by `belfry.fixture.ts`.
 */
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { runCommand } from '../src/program.js';
import type { Finished, Surroundings } from './belfry.fixture.js';

interface Here extends Omit<Surroundings, 'directory'> {
  /** Standard error is a terminal, and this is told what is written to it. */
  readonly terminal?: (shown: string) => void;
  /** Standard input is a terminal: `input` is typed there. */
  readonly asks?: boolean;
  /** Standard output is a terminal of so many columns. */
  readonly columns?: number;
}

let previous: Promise<unknown> = Promise.resolve();

/** Runs the command to its end. Commands asked for at once run one after another, since a process has one output. */
export function belfryHere(args: readonly string[], surroundings: Here): Promise<Finished> {
  const finished = previous.then(() => run(args, surroundings));
  previous = finished.catch(() => undefined);
  return finished;
}

async function run(
  args: readonly string[],
  { environment = {}, input = '', terminal, columns, asks = false }: Here,
): Promise<Finished> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  if (columns !== undefined) Object.assign(stdout, { columns });
  if (terminal !== undefined) {
    Object.assign(stderr, { isTTY: true });
    stderr.on('data', (chunk: Buffer) => terminal(chunk.toString()));
  }
  const read = Promise.all([text(stdout), text(stderr)]);
  const restore = replace({
    argv: [process.execPath, 'belfry', ...args],
    // As in `startBelfry`, nothing of the environment of the tests is handed on.
    env: { PATH: process.env['PATH'], ...environment },
    stdin: Object.assign(Readable.from([Buffer.from(input)]), { isTTY: asks }),
    stdout,
    stderr,
  });
  let code;
  try {
    code = await runCommand('0.0.0');
  } finally {
    restore();
    stdout.end();
    stderr.end();
  }
  // Node itself looks for FORCE_COLOR in the environment that this process was started with.
  const [out, err] = (await read).map(stripVTControlCharacters) as [string, string];
  return { code, out, err };
}

/** Replaces these properties of `process`; returns how to bring them back. */
function replace(properties: Readonly<Record<string, unknown>>): () => void {
  const originals = Object.keys(properties).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name)!] as const,
  );
  for (const [name, value] of Object.entries(properties)) {
    Object.defineProperty(process, name, { value, configurable: true, enumerable: true, writable: true });
  }
  return () => {
    for (const [name, original] of originals) Object.defineProperty(process, name, original);
  };
}
