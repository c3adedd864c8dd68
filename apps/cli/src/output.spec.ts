import fc from 'fast-check';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { printable, printableJson } from './output.js';
import type { Delivery } from '@belfry/contract';
import { deliveryColumns } from './commands/delivery-text.js';
import { record, table } from './table.js';

/** Without the colours, which FORCE_COLOR brings though no terminal is there. */
const plain = stripVTControlCharacters;

/** What no terminal is to be given: by hand, beside the classes of Unicode that `printable` goes by. */
const dangerous =
  /(?!\n)[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/u;

describe('whatever a stranger sends, nothing that moves the cursor, turns or hides text reaches the terminal', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        '\u009b',
        '\u009d',
        '\u202e',
        '\u2066',
        '\u007f',
        '\ud83d',
        '\u{e0041}',
        '\n',
        'a',
      ),
    }),
  );

  it('as text, on one line unless lines are kept', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(printable(given)).not.toMatch(dangerous);
        expect(printable(given)).not.toContain('\n');
        expect(printable(given, true)).not.toMatch(dangerous);
      }),
    );
    expect(printable('a\u001b[31mb\nc', true)).toBe('a\\u001b[31mb\nc');
    expect(printable('\u{e0041}')).toBe('\\udb40\\udc41');
    // Not assigned to any character, and drawn as nothing all the same.
    expect(printable('\u{e0002}')).toBe('\\udb40\\udc02');
  });

  it('as JSON, from which the same is parsed again', () => {
    fc.assert(
      fc.property(
        fc.oneof(text, fc.dictionary(text, text)),
        fc.option(fc.constant(2)),
        (given, indentation) => {
          const json = printableJson(given, indentation ?? undefined);
          expect(json).not.toMatch(dangerous);
          expect(JSON.parse(json)).toEqual(given);
        },
      ),
    );
    expect(printableJson({ name: '\u009b2J\u202e' })).toBe('{"name":"\\u009b2J\\u202e"}');
  });

  it('while names in any script, and emoji that are joined, stay as they are', () => {
    for (const name of ['株式会社', 'می\u200cخواهم', '👩\u200d🚀', 'Zoë', 'עברית'])
      expect(printable(name)).toBe(name);
  });
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

describe('on a terminal of 60 columns', () => {
  const columnsOfStdout = Object.getOwnPropertyDescriptor(process.stdout, 'columns');
  beforeAll(() => Object.defineProperty(process.stdout, 'columns', { value: 60, configurable: true }));
  afterAll(() => {
    if (columnsOfStdout === undefined) Reflect.deleteProperty(process.stdout, 'columns');
    else Object.defineProperty(process.stdout, 'columns', columnsOfStdout);
  });
  const delivery = {
    created_at: new Date(0).toISOString(),
    delivery_id: '019ab4e2-7c1d-7a53-9f0e-2b6d8c4e1f00',
    event_type: 'partner_integration_updated',
    channel: 'webhook',
    destination: `https://hooks.example.com/${'x'.repeat(100)}`,
    status: 'interrupted',
    reason: null,
  } as Delivery;

  it('columns are left out that matter less, and are named, so that no row wraps', () => {
    const lines = plain(table(deliveryColumns, [delivery], '')).split('\n');
    expect(lines[0]).toMatch(/^DELIVERY {30}.*STATUS/);
    expect(lines[1]).toContain(delivery.delivery_id);
    for (const line of lines.slice(0, 2)) expect(stringWidth(line)).toBeLessThanOrEqual(60);
    expect(lines[2]).toMatch(
      /^Not shown, .*: CREATED, EVENT TYPE, .*DESTINATION\. --json shows everything\.$/,
    );
  });

  it('what fits is whole', () => {
    const columns = [{ heading: 'NAME', value: (name: string) => name, dropped: 1 }];
    expect(plain(table(columns, ['x'.repeat(60)], ''))).toBe(`NAME\n${'x'.repeat(60)}`);
  });
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
