/** Reads what people type: the values of options and arguments, documents, and answers to questions. */
import { parseTimestamp, platformId, timestampRule } from '@belfry/domain';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { text as readAll } from 'node:stream/consumers';
import { Refusal, WrongUse } from './failure.js';

/** Makes the reader of an option whose value is a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** An account's id, as the value of an option. */
export const readAccountOption = wholeNumber(1, Number.MAX_SAFE_INTEGER);

/** One of these words, as part of the value of an option. */
export function readWord<const Word extends string>(text: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === text);
  if (word !== undefined) return word;
  throw new InvalidArgumentError(`Allowed values are ${words.join(', ')}.`);
}

/** Some of these words, comma-separated, as the value of an option. */
export function readWords<const Word extends string>(text: string, words: readonly Word[]): readonly Word[] {
  const given = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (given.length === 0)
    throw new InvalidArgumentError(`Give one or more of ${words.join(', ')}, comma-separated.`);
  return given.map((word) => readWord(word, words));
}

/** An RFC 3339 date and time, as the value of an option. Returns it in UTC, with milliseconds. */
export function readTime(text: string): string {
  const time = parseTimestamp(text);
  if (time !== null) return new Date(time).toISOString();
  throw new InvalidArgumentError(`It ${timestampRule}.`);
}

/** Makes the reader of an argument that is one of these words; `what` names the argument in its refusal. */
export function oneOf<const Word extends string>(
  what: string,
  words: readonly Word[],
): (text: string) => Word {
  return (text) => {
    const word = words.find((known) => known === text);
    if (word !== undefined) return word;
    throw new WrongUse(`the ${what} must be one of ${words.join(', ')}, not '${text}'`);
  };
}

/** An account's id, as the argument `<account>`. */
export function readAccountId(text: string): number {
  const parsed = /^\d{1,16}$/.test(text) ? platformId.safeParse(Number(text)) : null;
  if (parsed?.success === true) return parsed.data;
  throw new WrongUse(
    `the account must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}, not '${text}'`,
  );
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Says whether this can be an id that Belfry made. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

/** Makes the reader of an argument that is an id made by Belfry. */
export function idOf(what: string): (text: string) => string {
  return (text) => {
    if (isUuid(text)) return text.toLowerCase();
    throw new WrongUse(`the ${what} ID must be a UUID, not '${text}'`);
  };
}

/** The text that `--data` leads to: `@path` a file, `-` or nothing standard input, anything else the text itself. */
export async function readData(data: string | undefined): Promise<string> {
  if (data === undefined || data === '-') return readStandardInput();
  if (!data.startsWith('@')) return data;
  try {
    return await readFile(data.slice(1), 'utf8');
  } catch (error) {
    throw new Refusal(`the file cannot be read: ${(error as Error).message}`);
  }
}

async function readStandardInput(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new WrongUse(
      "no data given: use --data @file.json or --data '{…}', or pipe the data to standard input",
    );
  }
  return readAll(process.stdin);
}

/** The one JSON document that the text is. */
export function parseDocument(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Refusal(`the data is not valid JSON: ${(error as Error).message}`);
  }
}

/**
 * One JSON document over any number of lines, or many: one a line (NDJSON), with empty lines skipped. Every line that
 * is not JSON is named. `many` says which of the two it was.
 */
export function parseDocuments(text: string): {
  readonly documents: readonly unknown[];
  readonly many: boolean;
} {
  const lines = text
    .split('\n')
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => line.text !== '');
  const first = lines[0];
  if (first === undefined) throw new Refusal('no data given: the input is empty');
  if (lines.length === 1 || !isJson(first.text)) return { documents: [parseDocument(text)], many: false };
  const wrong = lines.filter((line) => !isJson(line.text));
  if (wrong.length > 0) {
    throw new Refusal(
      'every line must be a JSON object; nothing was stored',
      wrong.map((line) => ({ pointer: `line ${line.number}`, message: 'is not valid JSON' })),
    );
  }
  return { documents: lines.map((line) => JSON.parse(line.text) as unknown), many: true };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Refuses to go on where nobody can answer a question; called before anything is opened. */
export function requireTerminal(howToGoOn: string): void {
  if (process.stdin.isTTY) return;
  throw new WrongUse(`cannot ask for confirmation, because standard input is not a terminal: ${howToGoOn}`);
}

/** Asks on the terminal. Standard output is kept for results. */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

/** Asks a question that only `y` or `yes` answers with yes. Anything else is a refusal. */
export async function confirm(question: string): Promise<void> {
  if (!/^y(es)?$/i.test(await ask(`${question} [y/N] `))) throw new Refusal('nothing was done');
}
