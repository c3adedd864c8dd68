/**
 * Email addresses and lists of them as people write them. `mailbox.ts` reads the form; here are the rules: what may
 * stand before and after the @, and how long and how many addresses may be.
 */
import { z } from 'zod';
import { readMailbox } from './mailbox.js';
import { failure, success, type Problem, type Result } from './problem.js';

/** The most subscribers that one event type can have. */
export const maximumSubscribers = 50;

/** The most entries that a list is read for: doubles are dropped, and a list of nothing but doubles ends somewhere. */
export const mostEntries = 4 * maximumSubscribers;

/** Characters of one entry: the longest address (254) and a name as long as an account's, with room for quoting. */
export const longestEntry = 600;

/** Characters of a list in one text: as many of the longest entries as there may be subscribers, and their commas. */
export const longestList = maximumSubscribers * (longestEntry + ', '.length);

/** A list is read no further than this many bad addresses: an answer that lists thousands helps no one. */
const mostProblems = 20;

const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads one email address, alone or as `Name <address>`; answers the address with its domain in lower case and in
 * ASCII form (RFC 5890). The pointer of a problem is empty.
 */
export function parseEmailAddress(text: string): Result<string> {
  const read = readAddress(text.trim());
  if ('address' in read) return success(read.address);
  return failure({
    pointer: '',
    message: `must be an email address such as name@example.com: ${read.wrong}`,
  });
}

/** The schema of one email address that a caller sends, alone or as `Name <address>`; read as the address. */
export const emailText = z
  .string({
    error: (issue) => (issue.input === undefined ? 'is required' : 'must be an email address'),
  })
  .transform((text, context) => {
    const parsed = parseEmailAddress(text);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: 'custom', message: parsed.problems[0]!.message });
    return z.NEVER;
  })
  .meta({ format: 'email', maxLength: 254 });

/**
 * Reads a list of email addresses, from a string in which commas separate them (but not those in a quoted name or a
 * comment), or from an array with one address in each place. The order is kept, and of addresses that differ by letter
 * case alone the first. Pointers are relative to the list: `/INDEX` for an array, empty for a string.
 */
export function parseEmailList(input: string | readonly string[]): Result<readonly string[]> {
  if (typeof input === 'string' && input.length > longestList) {
    return tooMuch(`at most ${longestList} characters, but has ${input.length}`);
  }
  const entries =
    typeof input === 'string' ? splitAtCommas(input).filter((entry) => entry.trim() !== '') : input;
  if (entries.length > mostEntries) {
    return tooMuch(`at most ${maximumSubscribers} addresses, but has ${entries.length} entries`);
  }
  const addresses = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [index, entry] of entries.entries()) {
    const read = readAddress(entry.trim());
    if ('wrong' in read) {
      problems.push(
        typeof input === 'string'
          ? { pointer: '', message: `must be email addresses separated by commas: ${read.wrong}` }
          : {
              pointer: `/${index}`,
              message: `must be an email address such as name@example.com: ${read.wrong}`,
            },
      );
      if (problems.length === mostProblems) break;
      continue;
    }
    const key = read.address.toLowerCase();
    if (!addresses.has(key)) addresses.set(key, read.address);
    if (addresses.size > maximumSubscribers) {
      problems.push({ pointer: '', message: `must have at most ${maximumSubscribers} addresses` });
      break;
    }
  }
  return problems.length > 0 ? failure(...problems) : success([...addresses.values()]);
}

function tooMuch(rule: string): Result<never> {
  return failure({ pointer: '', message: `must have ${rule}` });
}

type Read = { readonly address: string } | { readonly wrong: string };

/** Reads one trimmed address; if it is not one, says which text is wrong, and why. */
function readAddress(text: string): Read {
  const wrong = (why: string): Read => ({ wrong: `${quoted(text)} ${why}` });
  if (text === '') return wrong('is empty');
  if (text.length > longestEntry) return wrong(`is longer than ${longestEntry} characters`);
  const mailbox = readMailbox(text);
  if (mailbox === null) return wrong('is not a single address, alone or as Name <address>');
  const { local, domain } = mailbox;
  if (local === null || !localPart.test(local)) {
    return wrong(
      'needs a name before the @, of letters, digits, common symbols and single dots between them',
    );
  }
  if (local.length > 64) return wrong('has more than 64 characters before the @');
  const host = domain === null ? null : asciiDomain(domain);
  if (host === null) return wrong('needs a domain name after the @, such as example.com');
  const address = `${local}@${host}`;
  return address.length > 254 ? wrong('is longer than 254 characters') : { address };
}

/** The domain in lower case and ASCII; null where it is no public domain name. */
function asciiDomain(domain: string): string | null {
  const ascii = /^[\x20-\x7e]*$/.test(domain) ? domain.toLowerCase() : internationalDomain(domain);
  const labels = ascii?.split('.') ?? [];
  const isName =
    labels.length >= 2 && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1)!);
  return isName ? labels.join('.') : null;
}

/** The URL parser knows the ASCII form (UTS 46); it is given letters, digits, dots and hyphens only, so that all of it is host. */
function internationalDomain(domain: string): string | null {
  const url = `http://${domain}`;
  return /^[A-Za-z0-9.\u0080-\uffff-]+$/.test(domain) && URL.canParse(url) ? new URL(url).hostname : null;
}

/**
 * Cuts a list at its commas, in one pass; not at those in a quoted string or in a comment, which can be nested. The
 * entries are as they were written, empty ones included.
 */
export function splitAtCommas(list: string): string[] {
  const entries: string[] = [];
  let start = 0;
  let isQuoted = false;
  let comments = 0;
  for (let at = 0; at < list.length; at += 1) {
    const sign = list[at];
    if (sign === '\\' && (isQuoted || comments > 0)) at += 1;
    else if (sign === '"' && comments === 0) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (sign === '(') comments += 1;
    else if (sign === ')' && comments > 0) comments -= 1;
    else if (sign === ',' && comments === 0) {
      entries.push(list.slice(start, at));
      start = at + 1;
    }
  }
  entries.push(list.slice(start));
  return entries;
}

/** A text as a message shows it: in quotes, at most 100 characters, without control or broken characters. */
function quoted(text: string): string {
  const characters = Array.from(text.slice(0, 202)).slice(0, 100).join('');
  const clipped = characters.length < text.length ? `${characters}…` : characters;
  return `"${clipped.replace(/[\p{Cc}\p{Cs}]/gu, '\ufffd')}"`;
}

/** The domain of an address. In lower case, as `parseEmailAddress` stores it. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
