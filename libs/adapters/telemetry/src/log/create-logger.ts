import { pino, type Logger } from 'pino';
import { terminalLog } from './terminal-log.js';

/**
 * The process's logger: JSON lines on standard error, so that standard output stays for people. Where that is a terminal,
 * the lines are short. `level` is one of pino's; every line names this `version` of the service.
 */
export function createLogger(level: string, version: string): Logger {
  return pino(
    { level, base: { service: 'belfry', version }, timestamp: pino.stdTimeFunctions.isoTime },
    process.stderr.isTTY ? terminalLog(process.stderr) : pino.destination({ dest: 2, sync: false }),
  );
}
