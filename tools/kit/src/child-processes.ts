/** Programs that are started beside this one. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Whether a process is gone. */
export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Ends a process, and waits until it is gone; answers its exit code, null where a signal ended it. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (hasEnded(child)) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}

/** Keeps the last of what a process says, on both of its outputs; answers how to read it. */
export function keepOutput(child: ChildProcess, characters = 20_000): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-characters)));
  return () => output;
}
