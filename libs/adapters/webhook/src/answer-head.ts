/** Characters of a head's names and values together: more is refused, as common parsers do. */
export const longestHead = 16 * 1024;

const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/i;

/** How the length of an answer's body is known (RFC 9112 section 6.3). */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'counted'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until close' }
  /** Contradictory lengths, or an unreadable line where a length should be: where the body ends is unknown. */
  | { readonly kind: 'unclear' };

/** The head of an answer, taken line by line. What is malformed in it is kept as it came, and makes it irregular. */
export class AnswerHead {
  readonly #fields = new Map<string, string>();
  #lastName: string | null = null;
  #hasFoldedLine = false;
  #hasUnreadableLine = false;

  constructor(
    readonly status: number,
    private readonly minorVersion: number,
  ) {}

  /** A header line without its line end. */
  take(line: string): void {
    if (/^[ \t]/.test(line) && this.#lastName !== null) {
      // A folded line is read as one with a space (RFC 9112 section 5.2).
      this.#set(this.#lastName, `${this.#fields.get(this.#lastName) ?? ''} ${line.trim()}`.trim());
      this.#hasFoldedLine = true;
      return;
    }
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    if (colon === -1 || !token.test(name)) this.#hasUnreadableLine = true;
    const key = name.trim().toLowerCase();
    const value = colon === -1 ? '' : line.slice(colon + 1).trim();
    const before = this.#fields.get(key);
    // Repeated ones are joined (RFC 9110 section 5.3).
    this.#set(key, before === undefined ? value : `${before}, ${value}`);
    this.#lastName = key;
  }

  #set(name: string, value: string): void {
    this.#fields.set(name, value);
  }

  get framing(): Framing {
    if (this.status === 204 || this.status === 304) return { kind: 'none' };
    const codings = this.#list('transfer-encoding');
    if (codings.length > 0) return { kind: codings.at(-1) === 'chunked' ? 'chunked' : 'until close' };
    const lengths = new Set(this.#list('content-length'));
    const [length = '', ...others] = lengths;
    if (lengths.size === 0 && !this.#fields.has('content-length'))
      return { kind: this.#hasUnreadableLine ? 'unclear' : 'until close' };
    if (others.length > 0 || !/^\d+$/.test(length)) return { kind: 'unclear' };
    return Number(length) === 0 ? { kind: 'none' } : { kind: 'counted', length: Number(length) };
  }

  /** Says whether the connection may carry another request after the answer, as far as its head tells (RFC 9112 section 9.3). */
  get allowsAnother(): boolean {
    const hasCoding = this.#fields.has('transfer-encoding');
    const hasLength = this.#fields.has('content-length');
    const hasBodyWhereNoneMayBe =
      this.status === 204 && (hasCoding || (hasLength && this.#fields.get('content-length') !== '0'));
    return (
      !this.#hasFoldedLine &&
      !this.#hasUnreadableLine &&
      this.minorVersion === 1 &&
      !(hasCoding && hasLength) &&
      !hasBodyWhereNoneMayBe &&
      !this.#list('connection').includes('close')
    );
  }

  /** Seconds that the endpoint says it keeps an idle connection; null where it does not say. */
  get keepAliveSeconds(): number | null {
    const given = /(?:^|[ ,;])timeout=(\d+)/i.exec(this.#fields.get('keep-alive') ?? '');
    return given === null ? null : Number(given[1]);
  }

  /** The headers as far as they fit, names in lower case. */
  toHeaders(): Record<string, string> {
    let room = longestHead;
    const kept: [string, string][] = [];
    for (const [name, value] of this.#fields) {
      if (name.length >= room) break;
      kept.push([name, value.slice(0, room - name.length)]);
      room -= name.length + value.length;
      if (room <= 0) break;
    }
    return Object.fromEntries(kept);
  }

  #list(name: string): string[] {
    return (this.#fields.get(name) ?? '')
      .toLowerCase()
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }
}
