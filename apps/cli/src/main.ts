/** Runs one command: reads it, does it, and ends the process by its exit code. */
import 'reflect-metadata';
import { CommandFactory } from 'nest-commander';
import { readFileSync } from 'node:fs';
import { CliModule } from './cli.module.js';
import { reportFailure } from './report-failure.js';

/** The version of this build. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// A reader that has enough, such as `head`, is no failure: what is open is closed in order all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const fail = (error: unknown) => {
  process.exitCode = reportFailure(error);
};

await CommandFactory.run(CliModule, { version, serviceErrorHandler: fail, logger: false }).catch(fail);
