import fc from 'fast-check';
import { maximumSubscribers, parseEmailAddress, parseEmailList } from './email-address.js';

function list(input: string | readonly string[]): readonly string[] {
  const parsed = parseEmailList(input);
  return parsed.ok ? parsed.value : parsed.problems.map(({ pointer, message }) => `${pointer} ${message}`);
}

const label63 = 'a'.repeat(63);
/** An address of this many characters, with a local part of 64. */
const addressOf = (length: number) =>
  `${'l'.repeat(64)}@${label63}.${label63}.${'b'.repeat(length - 197)}.com`;

describe('an address that is valid', () => {
  it.each([
    ['jane@example.com', 'jane@example.com'],
    ['  jane@example.com\t', 'jane@example.com'],
    ['Jane.Doe@EXAMPLE.Com', 'Jane.Doe@example.com'],
    ["o'brien+tag_{x}|~!#$%&*/=?^`-@example.com", "o'brien+tag_{x}|~!#$%&*/=?^`-@example.com"],
    ['1@2.example', '1@2.example'],
    ['a@b-c.d1', 'a@b-c.d1'],
    ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
    ['a@bücher.example', 'a@xn--bcher-kva.example'],
    ['a@BÜCHER.Example', 'a@xn--bcher-kva.example'],
    ['a@例え。jp', 'a@xn--r8jz45g.jp'],
    [`${'l'.repeat(64)}@example.com`, `${'l'.repeat(64)}@example.com`],
    [`a@${label63}.example`, `a@${label63}.example`],
    [addressOf(254), addressOf(254)],
    ['<jane@example.com>', 'jane@example.com'],
    ['Jane Doe <jane@example.com>', 'jane@example.com'],
    ['Jane Q. Doe <jane@example.com>', 'jane@example.com'],
    ['Jörg Müller <jm@example.com>', 'jm@example.com'],
    ['"Doe, Jane" <jane@example.com>', 'jane@example.com'],
    ['"a \\", b" <jane@example.com>', 'jane@example.com'],
    ['"evil@example.org" <jane@example.com>', 'jane@example.com'],
    ['Jane (on call, nights) <jane@example.com>', 'jane@example.com'],
    ['jane@example.com (Doe, (Jane))', 'jane@example.com'],
    ['(Jane) jane@example.com', 'jane@example.com'],
  ])('%j is read as %s', (text, address) => {
    expect(parseEmailAddress(text)).toEqual({ ok: true, value: address });
    expect(list(text)).toEqual([address]);
    expect(list([text])).toEqual([address]);
  });
});

describe('an address that is not valid', () => {
  it.each([
    'jane',
    'jane@',
    '@example.com',
    'jane@example',
    'jane@localhost',
    'jane@example.com.',
    'jane@.example.com',
    'jane@example..com',
    'jane@-a.example',
    'jane@a-.example',
    'jane@ex_ample.com',
    'jane@example.123',
    'jane@127.0.0.1',
    'jane@[127.0.0.1]',
    'jane@[IPv6:::1]',
    'jane@１.２.３.４',
    'jane@例え／.jp',
    'jane@例え：80.jp',
    'jane@例え%2e.jp',
    'jane@\u00ad.com',
    `jane@${'a'.repeat(64)}.example`,
    `${'l'.repeat(65)}@example.com`,
    addressOf(255),
    '.jane@example.com',
    'jane.@example.com',
    'ja..ne@example.com',
    'ja ne@example.com',
    'jane @example.com',
    'jane@ example.com',
    'jane(x)@example.com',
    'jane@(x)example.com',
    'jane@example. com',
    '"jane"@example.com',
    '"ja ne"@example.com',
    '"ja".ne@example.com',
    'jörg@example.com',
    'ja@ne@example.com',
    'ja:ne@example.com',
    'foo bar@example.com',
    'a@example.com b@example.com',
    'a@example.com; b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com\nb@example.com',
    'Jane <jane@example.com',
    'jane@example.com>',
    'Jane <jane@example.com> junk',
    'Jane <a@example.com> <b@example.com>',
    'team: a@example.com;',
    'team: a@example.com',
    'a@exa\u0000mple.com',
    'a@exa\ud83dmple.com',
    'mailto:a@example.com',
    `${'x'.repeat(600)} <a@example.com>`,
  ])('%j is refused, alone, in a text and in an array, and named', (text) => {
    const named = expect.stringContaining(`"${text.slice(0, 3)}`);
    for (const parsed of [parseEmailAddress(text), parseEmailList(text)]) {
      expect(parsed).toEqual({ ok: false, problems: [{ pointer: '', message: named }] });
    }
    expect(parseEmailList(['ok@example.com', text])).toEqual({
      ok: false,
      problems: [{ pointer: '/1', message: named }],
    });
  });

  it('is named whole up to 100 characters, and then clipped, without breaking a character or the line', () => {
    expect(list('foo bar@example.com').join()).toContain('"foo bar@example.com"');
    expect(list('🚀'.repeat(101)).join()).toContain(`"${'🚀'.repeat(100)}…"`);
    expect(list('a\r\nb\u0000c').join()).toContain('"a\ufffd\ufffdb\ufffdc"');
  });

  it('says so where it is empty', () => {
    expect(list(['a@example.com', ' '])).toEqual([
      '/1 must be an email address such as name@example.com: "" is empty',
    ]);
  });
});

describe('a list', () => {
  it.each([
    ['', []],
    [' , ,, ', []],
    ['a@example.com,b@example.com', ['a@example.com', 'b@example.com']],
    [' , a@example.com ,, b@example.com,', ['a@example.com', 'b@example.com']],
    ['b@example.com, a@example.com', ['b@example.com', 'a@example.com']],
    ['A@example.com, a@EXAMPLE.com, a@example.org', ['A@example.com', 'a@example.org']],
    [
      '"Doe, Jane" <jane@example.com>, Ops (day, night) <ops@example.com>',
      ['jane@example.com', 'ops@example.com'],
    ],
    ['"a \\" , b" <a@example.com>, (c \\) , (d,)) b@example.com', ['a@example.com', 'b@example.com']],
    ['a@example.com,\r\n b@example.com', ['a@example.com', 'b@example.com']],
  ])('%j holds %j', (text, addresses) => {
    expect(list(text)).toEqual(addresses);
  });

  it('takes one address from each place of an array, and no more', () => {
    expect(list(['a@example.com', 'Jane <b@example.com>'])).toEqual(['a@example.com', 'b@example.com']);
    expect(parseEmailList(['a@example.com, b@example.com']).ok).toBe(false);
  });

  it('names every bad address', () => {
    const parsed = parseEmailList('a@example.com, bad one, b@example.com, worse');
    expect((parsed.ok ? [] : parsed.problems).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^must be email addresses separated by commas: "bad one" /),
      expect.stringMatching(/^must be email addresses separated by commas: "worse" /),
    ]);
    const array = parseEmailList(['bad one', 'a@example.com', 'worse']);
    expect((array.ok ? [] : array.problems).map(({ pointer }) => pointer)).toEqual(['/0', '/2']);
  });

  it('swallows no address after a quote or a comment that is left open', () => {
    expect(parseEmailList('"Jane <a@example.com>, b@example.com').ok).toBe(false);
    expect(parseEmailList('Jane (a@example.com, b@example.com').ok).toBe(false);
  });

  it('holds at most 50 addresses, counted without doubles', () => {
    const numbered = (count: number) => Array.from({ length: count }, (_, index) => `n${index}@example.com`);
    expect(list(numbered(maximumSubscribers))).toHaveLength(50);
    expect(list([...numbered(50), ...numbered(50)].join())).toHaveLength(50);
    expect(parseEmailList(numbered(51))).toEqual({
      ok: false,
      problems: [{ pointer: '', message: 'must have at most 50 addresses' }],
    });
  });

  it('is read for at most 200 entries, doubles included, and 30,100 characters', () => {
    const doubles = (count: number) => Array.from({ length: count }, () => 'a@example.com');
    expect(list(doubles(200))).toEqual(['a@example.com']);
    expect(list(`${doubles(200).join(', ,')},,`)).toEqual(['a@example.com']);
    const tooMany = [' must have at most 50 addresses, but has 201 entries'];
    expect(list(doubles(201))).toEqual(tooMany);
    expect(list(doubles(201).join())).toEqual(tooMany);
    const spaced = (length: number) => `a@example.com${' '.repeat(length - 13)}`;
    expect(list(spaced(30_100))).toEqual(['a@example.com']);
    expect(list(spaced(30_101))).toEqual([' must have at most 30100 characters, but has 30101']);
  });

  it('reads what it wrote as the same again, as text and as array', () => {
    const name = fc.string({ unit: 'grapheme' }).map((text) => `"${text.replace(/["\\\p{Cc}]/gu, '')}" `);
    const address = fc
      .tuple(fc.option(name), fc.emailAddress())
      .map(([display, email]) => (display === null ? email : `${display}<${email}>`));
    fc.assert(
      fc.property(fc.array(address, { maxLength: 10 }), (entries) => {
        const once = parseEmailList(entries.join(', '));
        if (!once.ok) throw new Error(JSON.stringify(once.problems));
        expect(list(entries)).toEqual(once.value);
        expect(list(once.value)).toEqual(once.value);
        expect(list(once.value.join(','))).toEqual(once.value);
      }),
    );
  });

  it('answers addresses in the form of the contract, whatever the text', () => {
    const pieces = fc.constantFrom(
      'a',
      'B',
      '.',
      '@',
      '"',
      '\\',
      '(',
      ')',
      '<',
      '>',
      ',',
      ';',
      ':',
      ' ',
      '[',
      ']',
      'é',
      '1',
      '-',
      'a@b.co',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 20 }).map((all) => all.join('')),
        ),
        (text) => {
          const parsed = parseEmailList(text);
          if (!parsed.ok) return;
          for (const address of parsed.value)
            expect(address).toMatch(/^[^\s@"(),:;<>[\\\]]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
