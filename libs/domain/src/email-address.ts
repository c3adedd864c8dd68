import { type Result } from './problem.js';

/** The most subscribers that one event type can have. */
export const maximumSubscribers = 50;

/** Reads one e-mail address. */
export function parseEmailAddress(text: string): Result<string> {
  throw new Error(`to be written: ${text}`);
}

/** Reads a list of e-mail addresses, from a comma-separated string or an array of strings. Pointers are relative to the list. */
export function parseEmailList(input: string | readonly string[]): Result<readonly string[]> {
  throw new Error(`to be written: ${String(input)}`);
}
