/** Reads the values of options and arguments. What can't be is wrong use, named where it stands. */
import { parseTimestamp, platformCatalogue, platformId, timestampRule } from '@belfry/domain';
import { InvalidValue, WrongUse } from '../failure.js';

/** A whole number from `least` to `most`, as the value of an option. */
export function readWholeNumber(text: string, least: number, most: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new InvalidValue(`It must be a whole number from ${least} to ${most}.`);
}

/** One of these words, as the value of an option. */
export function readWord<const Word extends string>(text: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === text);
  if (word !== undefined) return word;
  throw new InvalidValue(`It must be one of ${words.join(', ')}.`);
}

/** Some of these words, comma-separated, as the value of an option. */
export function readWords<const Word extends string>(text: string, words: readonly Word[]): readonly Word[] {
  const given = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (given.length === 0) throw new InvalidValue(`It must be some of ${words.join(', ')}, comma-separated.`);
  return given.map((word) => readWord(word, words));
}

/** An event type, as an argument. */
export function readEventType(text: string | undefined): string {
  const { keys } = platformCatalogue;
  if (text !== undefined && keys.includes(text)) return text;
  throw new WrongUse(`the event type must be one of ${keys.join(', ')}, not '${text}'`);
}

/** An RFC 3339 date and time, as the value of an option. */
export function readTime(text: string): Date {
  const time = parseTimestamp(text);
  if (time !== null) return new Date(time);
  throw new InvalidValue(`It ${timestampRule}.`);
}

/** An account's id, as the value of an option. */
export function readAccountOption(text: string): number {
  return readWholeNumber(text, 1, Number.MAX_SAFE_INTEGER);
}

/** An account's id, as the argument `<account>`. */
export function readAccountId(text: string | undefined): number {
  const parsed = /^\d{1,16}$/.test(text ?? '') ? platformId.safeParse(Number(text)) : null;
  if (parsed?.success === true) return parsed.data;
  throw new WrongUse(
    `the account must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}, not '${text}'`,
  );
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Says whether this can be an id that Belfry made. */
export function isMadeId(text: string): boolean {
  return uuid.test(text);
}

/** An id made by Belfry, as an argument. */
export function readMadeId(text: string | undefined, what: string): string {
  if (text !== undefined && isMadeId(text)) return text.toLowerCase();
  throw new WrongUse(`the id of the ${what} must be a UUID, not '${text}'`);
}
