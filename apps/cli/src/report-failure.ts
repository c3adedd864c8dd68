/** Says on standard error why a command failed, and gives its exit code. */
import { StorageUnavailable } from '@belfry/application';
import type { Problem } from '@belfry/domain';
import { exitCodes, Refusal, Stopped, WrongUse } from './failure.js';
import { printable } from './output/printable.js';
import { red } from './output/style.js';

/** More than these would push the first off the screen. */
const mostProblems = 20;

/** Writes what went wrong and answers the exit code. Help and version end a command this way too, with 0. */
export function reportFailure(error: unknown): number {
  const commander = exitOfCommander(error);
  if (commander !== null) return commander;
  if (error instanceof WrongUse) {
    say(error.message, error.problems);
    process.stderr.write('Add --help to see how it is used.\n');
    return exitCodes.wrongUse;
  }
  if (error instanceof Stopped) {
    say(error.message);
    return exitCodes.stopped;
  }
  if (error instanceof Refusal) {
    say(error.message, error.problems);
    return exitCodes.failed;
  }
  // Known by its name: the module that defines it is loaded only by commands that need it.
  if (error instanceof Error && error.name === 'ConfigurationError') {
    const { problems } = error as Error & { problems: readonly Problem[] };
    say(
      'these settings are wrong',
      // Here a pointer leads to a variable of the environment.
      problems.map(({ pointer, message }) => ({ pointer: pointer.slice(1), message })),
    );
    return exitCodes.wrongConfiguration;
  }
  say(error instanceof StorageUnavailable ? describe(error) : `something went wrong: ${describe(error)}`);
  return exitCodes.failed;
}

/** Commander has written its message already; null where the error is none of its own. */
function exitOfCommander(error: unknown): number | null {
  const { code, exitCode } = error as { code?: unknown; exitCode?: unknown };
  if (typeof code !== 'string' || !code.startsWith('commander.')) return null;
  return exitCode === 0 ? exitCodes.done : exitCodes.wrongUse;
}

function say(message: string, problems: readonly Problem[] = []): void {
  process.stderr.write(`${red('error:', process.stderr)} ${printable(message)}\n`);
  const lines = problems
    .slice(0, mostProblems)
    .map(({ pointer, message: problem }) => [printable(pointer || 'all of it'), printable(problem)]);
  const width = Math.max(0, ...lines.map(([pointer]) => pointer!.length));
  for (const [pointer, problem] of lines) process.stderr.write(`  ${pointer!.padEnd(width)}  ${problem}\n`);
  const more = problems.length - lines.length;
  if (more > 0) process.stderr.write(`  … and ${more} more\n`);
}

/** An error in words; some errors of the network have a code and no message. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || String((error as { code?: unknown }).code ?? error.name);
}
