import { CommandFactory } from 'nest-commander';
import { CliModule } from './cli.module.js';
import { exitCodes } from './failure.js';
import { reportFailure } from './report-failure.js';

/**
 * Runs the command that `process.argv` holds, and closes what it opened. Answers the exit code; a failure has been said
 * on standard error then.
 */
export async function runCommand(version: string): Promise<number> {
  let exitCode: number = exitCodes.done;
  const fail = (error: unknown) => {
    exitCode = reportFailure(error);
  };
  await CommandFactory.run(CliModule, { version, serviceErrorHandler: fail, logger: false }).catch(fail);
  return exitCode;
}
