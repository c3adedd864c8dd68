/**
 * One mailbox of RFC 5322 section 3.4 as people write it: `local@domain`, alone or after a display name as
 * `Name <local@domain>`, with comments in round brackets. Every character is looked at once: parsers of the whole
 * grammar go back and try again, and 600 characters cost them milliseconds (ADR 0030).
 *
 * Left out on purpose: quoted local parts, address literals, groups, source routes, and white space or comments within
 * the address. No address that this service takes needs them.
 */

/** The two parts of an address as they were written; `null` for a part that is more than plain characters and dots. */
export interface Mailbox {
  readonly local: string | null;
  readonly domain: string | null;
}

type TokenKind = 'word' | 'quoted' | 'gap' | '@' | '<' | '>' | 'other';

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const word = /[^\s\p{Cc}"(),:;<>@[\\\]]+/uy;
const quotedString = /"(?:[^"\\]|\\.)*"/uy;
const space = /[ \t]+/uy;

/** Reads one mailbox; null where the text has not the form of one. */
export function readMailbox(text: string): Mailbox | null {
  const tokens = tokensOf(text.replaceAll(/\r\n(?=[ \t])/g, ''));
  if (tokens === null) return null;
  const open = tokens.findIndex(({ kind }) => kind === '<');
  if (open === -1) return addressIn(tokens);
  const close = tokens.findIndex(({ kind }) => kind === '>');
  const isNamed =
    close > open &&
    isDisplayName(tokens.slice(0, open)) &&
    tokens.slice(close + 1).every(({ kind }) => kind === 'gap');
  return isNamed ? addressIn(tokens.slice(open + 1, close)) : null;
}

/** The text in tokens; null where a quoted string or a comment is left open, and where there is a control character. */
function tokensOf(text: string): Token[] | null {
  const tokens: Token[] = [];
  if (/[^\P{Cc}\t]/u.test(text)) return null;
  let at = 0;
  const take = (kind: TokenKind, end: number) => {
    tokens.push({ kind, text: text.slice(at, end) });
    at = end;
  };
  while (at < text.length) {
    const sign = text[at]!;
    if (sign === '(') {
      const end = endOfComment(text, at);
      if (end === null) return null;
      take('gap', end);
    } else if (sign === '"') {
      const end = endOf(quotedString, text, at);
      if (end === null) return null;
      take('quoted', end);
    } else if (sign === '@' || sign === '<' || sign === '>') take(sign, at + 1);
    else {
      const end = endOf(word, text, at);
      if (end !== null) take('word', end);
      else if (sign === ' ' || sign === '\t') take('gap', endOf(space, text, at)!);
      else take('other', at + 1);
    }
  }
  return tokens;
}

/** Where the match of a sticky pattern that begins at `at` ends; null where none begins there. */
function endOf(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

/** Where the comment that begins at `at` ends, with those in it; null where it is left open. */
function endOfComment(text: string, at: number): number | null {
  let depth = 0;
  for (let place = at; place < text.length; place += 1) {
    const sign = text[place];
    if (sign === '\\') place += 1;
    else if (sign === '(') depth += 1;
    else if (sign === ')') depth -= 1;
    if (depth === 0) return place + 1;
  }
  return null;
}

/** Words and quoted strings, or nothing at all; a dot may stand within but not first (obs-phrase: `Jane Q. Doe`). */
function isDisplayName(tokens: readonly Token[]): boolean {
  const parts = tokens.filter(({ kind }) => kind !== 'gap');
  return (
    parts.every(({ kind }) => kind === 'word' || kind === 'quoted') && parts[0]?.text.startsWith('.') !== true
  );
}

function addressIn(tokens: readonly Token[]): Mailbox | null {
  const first = tokens.findIndex(({ kind }) => kind !== 'gap');
  const last = tokens.findLastIndex(({ kind }) => kind !== 'gap');
  const address = tokens.slice(first, last + 1);
  const at = address.findIndex(({ kind }) => kind === '@');
  const isOneAddress = at !== -1 && at === address.findLastIndex(({ kind }) => kind === '@');
  return isOneAddress
    ? { local: oneWord(address.slice(0, at)), domain: oneWord(address.slice(at + 1)) }
    : null;
}

function oneWord(tokens: readonly Token[]): string | null {
  return tokens.length === 1 && tokens[0]!.kind === 'word' ? tokens[0]!.text : null;
}
