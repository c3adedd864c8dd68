/** Runs one command: reads it, does it, and ends the process by its exit code. */
import { readFileSync } from 'node:fs';
import { runCommand } from './program.js';

/** The version of this build. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// A reader that has enough, such as `head`, is not a failure: what is open is still closed in order.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCommand(version);
