/** Reads JSON that a person gives: as it stands, from a file (`@path`), or from standard input. */
import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { Refusal, WrongUse } from '../failure.js';

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
      "there is no data: give it with --data @file.json, with --data '{…}', or on standard input",
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
 * One JSON document, laid out as anyone likes, or many: one a line (NDJSON), empty lines passed over. Every line that
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
  if (first === undefined) throw new Refusal('there is no data: the input is empty');
  if (lines.length === 1 || !isJson(first.text)) return { documents: [parseDocument(text)], many: false };
  const wrong = lines.filter((line) => !isJson(line.text));
  if (wrong.length > 0) {
    throw new Refusal(
      'every line must be a JSON object, and nothing was stored',
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
