/** What a command writes: results to standard output, remarks to standard error, and nothing that a terminal obeys. */
import { replaceUnprintable } from '@belfry/domain';
import { styleText } from 'node:util';

/** The option that every command takes. */
interface JsonOption {
  readonly json?: true | undefined;
}

/** Writes the result: as one JSON document for machines, or as text for people. */
export function show({ json }: JsonOption, document: unknown, forPeople: () => string): void {
  writeLine(json ? printableJson(document, 2) : forPeople());
}

/** Writes one of many results that come one by one: as JSON on a line of its own, or as text for people. */
export function showNext({ json }: JsonOption, document: unknown, forPeople: () => string): void {
  writeLine(json ? printableJson(document) : forPeople());
}

/** Tells people something beside the result; it stays out of pipes, and is left out with `--json`. */
export function remark({ json }: JsonOption, text: string): void {
  if (!json) process.stderr.write(`${dim(text, process.stderr)}\n`);
}

/** A line that says how far something long has got, and is written over: on a terminal only. */
export function progressLine(): { show(text: string): void; end(): void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { show: () => undefined, end: () => undefined };
  const replace = (text: string) => stderr.write(`\r\u001b[K${text}`);
  return { show: (text) => void replace(dim(text, stderr)), end: () => void replace('') };
}

/** Settles on Ctrl-C, on SIGTERM, or once the reader of the output has gone. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.once('error', () => resolve());
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/** A number as people read it: 20,000. */
export function written(value: number): string {
  return value.toLocaleString('en');
}

/** A number with what it counts: `1 event`, `20,000 events`; `many` where it is more than an s. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${written(value)} ${value === 1 ? one : many}`;
}

/**
 * The text as a terminal may be given it: what could move its cursor, change its colours, turn or hide text is written
 * as a JSON escape. Names, bodies of responses and webhooks come from strangers. Line breaks stay where `keepsLines` is
 * true.
 */
export function printable(text: string, keepsLines = false): string {
  return replaceUnprintable(text, (character) =>
    keepsLines && character === '\n' ? character : escaped(character),
  );
}

/** A document as JSON that a terminal may be given: whoever parses it gets what was there. */
export function printableJson(document: unknown, indentation?: number): string {
  // JSON has its own escapes for U+0000 to U+001F only. Outside of its strings it has none of the others.
  return printable(JSON.stringify(document, null, indentation), true);
}

/** One escape for each half of a character beyond U+FFFF, as JSON has it (RFC 8259, section 7). */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_half, place) => `\\u${character.charCodeAt(place).toString(16).padStart(4, '0')}`,
  ).join('');
}

function writeLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Colours: only on a terminal, and never where NO_COLOR asks for none (no-color.org); Node sees to both. */
const styled =
  (format: 'bold' | 'dim' | 'green' | 'red' | 'yellow') =>
  (text: string, stream: NodeJS.WriteStream = process.stdout) =>
    styleText(format, text, { stream, validateStream: true });

export const bold = styled('bold');
export const dim = styled('dim');
export const green = styled('green');
export const red = styled('red');
export const yellow = styled('yellow');
