/** Values that have broken other programs: what is put where the API's description asks for something else. */
import fc from 'fast-check';

/** Names that mean something to JavaScript, beside names that mean nothing to anybody. */
export const hostileNames = fc.oneof(
  fc.constantFrom(
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'toJSON'],
    ...['', ' ', '\u0000', 'a/b~c', '$ref', 'length', '0', '-1', 'ｅvents', 'a'.repeat(300)],
  ),
  fc.string({ maxLength: 12 }),
);

/** Texts: control characters, lone surrogates, text that a database, a mail, a page or a shell would take for its own. */
export const hostileTexts = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      '\ud800',
      'a\udfffb',
      '\uffff',
      '\u2028',
      '\u202e',
      '\ufeff',
      '\u0085',
    ],
    ...[
      '\r\nBcc: x@example.com',
      "'; DROP TABLE events; --",
      '<script>alert(1)</script>',
      '${7*7}',
      '{{7*7}}',
    ],
    ...[
      '../../etc/passwd',
      'null',
      'NaN',
      'true',
      '1e309',
      '-0',
      '0x10',
      '９',
      '%00',
      '%s%n',
      '🦊'.repeat(200),
    ],
    ...['a'.repeat(256), 'é'.repeat(3000), '\\', '"', "'", '\t', '\u001b[2J', 'İ', 'ß', 'ﬃ', '１２３'],
    ...[
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999+14:00',
      '2026-02-30T00:00:00Z',
      '2026-11-24T24:00:00Z',
    ],
    ...['0000-01-01T00:00:00+23:59', '2016-12-31T23:59:60Z', '2026-11-24T12:00:00.123456789Z', '2026-11-24'],
    ...['x@[127.0.0.1]', '"a b"@x.example', 'a@b', `${'a'.repeat(64)}@x.example`, 'a@x.example,'.repeat(60)],
    ...[
      'http://[::1]/',
      'http://0x7f.1/',
      'http://user:pw@x.invalid/',
      'javascript:alert(1)',
      'http://x.invalid:99999/',
    ],
    ...[
      'http://x.invalid/\u0000',
      'http://💩.invalid/',
      'http://127.0.0.1:1/',
      `http://x.invalid/${'a'.repeat(2048)}`,
    ],
    ...[
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '0193A1B2-0000-7000-8000-000000000001',
    ],
  ),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  // UTF-16 units one by one: most of such texts hold a lone surrogate somewhere.
  fc
    .array(fc.integer({ min: 0xd700, max: 0xe0ff }), { maxLength: 6 })
    .map((units) => String.fromCharCode(...units)),
);

/** Numbers: at the ends of what JavaScript, PostgreSQL's bigint and JSON can hold. */
export const hostileNumbers = fc.oneof(
  fc.constantFrom(0, -0, -1, 0.5, 2 ** 31, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 2 ** 63, 1e21, 1e308, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
);

/** Anything that JSON can hold. */
export const hostileValues = fc.oneof(
  { weight: 4, arbitrary: hostileTexts },
  { weight: 2, arbitrary: hostileNumbers },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], { '': null }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(hostileNames, fc.oneof(hostileTexts, hostileNumbers), { maxKeys: 4 }),
  },
  { weight: 1, arbitrary: fc.array(fc.oneof(hostileTexts, hostileNumbers), { maxLength: 4 }) },
);

/** How many levels deep some bodies are nested: more than a recursive reader has stack for. */
export const deepLevels = fc.constantFrom(100, 5_000, 30_000, 100_000);

/** JSON texts that no value has: what stands in a body, and a parser must make something of. */
export const hostileLiterals = fc.oneof(
  fc.constantFrom(
    ...[
      '9007199254740993',
      '9223372036854775808',
      '-9223372036854775809',
      '1e400',
      '-1e400',
      '1E+2',
      '-0',
      '01',
    ],
    ...['.5', '0x10', 'NaN', 'Infinity', 'undefined', '1'.repeat(5000), `0.${'0'.repeat(3000)}1`],
    ...[
      '"\\ud800"',
      '"\\udc00\\ud800"',
      '"\\u0000"',
      '"\\x00"',
      '"\u0000"',
      '"\n"',
      "'a'",
      '/**/1',
      '[1,]',
      '{"a":1,}',
    ],
    ...[
      '{"__proto__":{"send_webhook":true}}',
      '{"constructor":{"prototype":{"account_id":1}}}',
      '{"a":1,"a":2,"a":3}',
    ],
  ),
  fc.tuple(deepLevels, fc.constantFrom('[', '{"a":')).map(([levels, open]) => nested(levels, open)),
);

function nested(levels, open) {
  return open.repeat(levels) + '1' + (open === '[' ? ']' : '}').repeat(levels);
}
