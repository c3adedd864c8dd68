/** Runs the built command as people do: in a process of its own, with its output in pipes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** The command's file. */
export const belfryFile = join(__dirname, '../bin/belfry.js');

/** What a finished command left behind. */
export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Where, and with what, a command is run. */
export interface Surroundings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly directory?: string;
}

/** Starts the command. Nothing of the environment of the tests is handed on but the path to Node. */
export function startBelfry(
  args: readonly string[],
  { environment = {}, directory }: Surroundings,
): ChildProcess {
  return spawn(process.execPath, [belfryFile, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    cwd: directory,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs the command to its end. */
export function belfry(args: readonly string[], surroundings: Surroundings): Promise<Finished> {
  const child = startBelfry(args, surroundings);
  let out = '';
  let err = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (err += text));
  // A command that refuses its arguments ends without reading its input.
  child.stdin!.on('error', () => undefined).end(surroundings.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, out, err }));
  });
}
