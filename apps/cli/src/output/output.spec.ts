import fc from 'fast-check';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { printable } from './printable.js';
import { record, table } from './table.js';

/** Without the colours, which FORCE_COLOR brings though no terminal is there. */
const plain = stripVTControlCharacters;

test('whatever a stranger sends, nothing that moves the cursor or hides text reaches the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      expect(printable(text, true)).not.toMatch(/(?!\n)\p{Cc}/u);
    }),
  );
  expect(printable('a\u001b[31mb\nc', true)).toBe('a\\u001b[31mb\nc');
});

test('columns line up by the width that a terminal gives the characters', () => {
  const names = ['株式会社', 'é', 'plain', null];
  const columns = [
    { heading: 'NAME', value: (name: string | null) => name },
    { heading: 'SAME', value: () => '|' },
  ];
  const lines = plain(table(columns, names, 'nothing')).split('\n');
  expect(lines).toHaveLength(5);
  const starts = lines.slice(1).map((line) => stringWidth(line.slice(0, line.indexOf('|'))));
  expect(new Set(starts)).toEqual(new Set([10]));
  expect(lines[4]).toMatch(/^- +\|$/);
});

test('an empty table says so, and a record has a line for each fact', () => {
  const empty = table([{ heading: 'NAME', value: () => '' }], [], 'There are none.');
  expect(plain(empty)).toBe('There are none.');
  const facts = [
    ['id', 7],
    ['contact name', null],
  ] as const;
  expect(plain(record(facts))).toBe('id            7\ncontact name  -');
});
