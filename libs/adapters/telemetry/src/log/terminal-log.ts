/**
 * The log for a person at a terminal: one short line for each, so that what was printed at the start stays on the screen.
 * What does not fit is cut; redirected to a file, the log is whole.
 */
import { replaceUnprintable } from '@belfry/domain';
import { styleText } from 'node:util';

/** What a line of JSON says beside its facts, or says of every line alike. */
const known = new Set(['level', 'time', 'service', 'version', 'msg', 'pid', 'hostname']);

const levels: Readonly<Record<number, readonly [name: string, colour: 'dim' | 'yellow' | 'red' | 'reset']>> =
  {
    10: ['trace', 'dim'],
    20: ['debug', 'dim'],
    30: ['', 'reset'],
    40: ['warning', 'yellow'],
    50: ['error', 'red'],
    60: ['fatal', 'red'],
  };

/** A pino destination that writes to a terminal. */
export function terminalLog(
  terminal: Pick<NodeJS.WriteStream, 'write'> & { readonly columns?: number | undefined },
): { write(line: string): void } {
  return {
    write: (line) => void terminal.write(`${terminalLine(line, terminal.columns ?? 80)}\n`),
  };
}

/** A line of JSON as a terminal of so many columns shows it: the time, the level unless it is `info`, the message, the facts. */
export function terminalLine(json: string, columns: number): string {
  const line = JSON.parse(json) as Record<string, unknown> & { level: number; time: string; msg?: string };
  const [name, colour] = levels[line.level] ?? ['', 'reset'];
  const facts = Object.entries(line)
    .filter(([key, value]) => !known.has(key) && value !== null)
    .map(([key, value]) => `${key}=${shortly(value)}`);
  const time = new Date(line.time).toTimeString().slice(0, 8);
  const said = [time, ...(name === '' ? [] : [name]), ...(line.msg === undefined ? [] : [line.msg])].join(
    ' ',
  );
  // Names and replies of strangers stand in some facts.
  const whole = replaceUnprintable([said, ...facts].join('  '), () => '\ufffd');
  const fitting = whole.length > columns ? `${whole.slice(0, Math.max(columns - 1, said.length))}…` : whole;
  return styled(colour, fitting.slice(0, said.length)) + styled('dim', fitting.slice(said.length));
}

function styled(format: 'dim' | 'yellow' | 'red' | 'reset', text: string): string {
  return styleText(format, text, { stream: process.stderr });
}

/** An error says its message; anything else that has parts is JSON. */
function shortly(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return 'message' in value ? String(value.message) : JSON.stringify(value);
}
