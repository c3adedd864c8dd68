import fc from 'fast-check';
import type { z } from 'zod';
import { environmentText, idField, linkField, nameText, platformId, statusField } from './fields.js';

const link = linkField('Open', 'a page', 'admin', '/runs/{run_id}').schema;
const status = statusField('Status', 'a state').schema;

/** The messages of all problems; none where the input is good. */
function messages(schema: z.ZodType, input: unknown): string[] {
  const parsed = schema.safeParse(input);
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.message);
}

describe('an identifier', () => {
  it.each([1, 42, 2 ** 53 - 1])('can be %p', (id) => {
    expect(platformId.parse(id)).toBe(id);
  });

  it.each([0, -0, -1, 1.5, 2 ** 53, -(2 ** 53), 1e300, Infinity, NaN, '1', 1n, null, true, [1]])(
    'cannot be %p, which is one problem',
    (id) => {
      expect(messages(platformId, id)).toEqual(['must be an integer from 1 to 9007199254740991']);
    },
  );

  it('is required', () => {
    expect(messages(idField('Id', 'the id').schema, undefined)).toEqual(['is required']);
  });
});

describe('a name', () => {
  it.each([
    ['Acme', 'Acme'],
    ['  Acme \u00a0', 'Acme'],
    ['x', 'x'],
    ['🚀'.repeat(255), '🚀'.repeat(255)],
    [` ${'é'.repeat(255)} `, 'é'.repeat(255)],
    ['日本 株式会社', '日本 株式会社'],
  ])('can be %j', (given, kept) => {
    expect(nameText.parse(given)).toBe(kept);
  });

  it.each([
    '',
    ' ',
    '🚀'.repeat(256),
    'x'.repeat(256),
    'a\nb',
    'a\u0000b',
    'a\u007fb',
    'a\u0085b',
    'a\ud83d',
    '\ude80b',
    5,
    null,
  ])('cannot be %j', (name) => {
    expect(messages(nameText, name)).toEqual([
      'must be a string of 1 to 255 characters without control characters',
    ]);
  });

  it('is required', () => {
    expect(messages(nameText, undefined)).toEqual(['is required']);
  });

  it('can be any 1 to 255 characters that do not control, and reads as the same again', () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 255 })
      .map((value) => value.replace(/\p{Cc}/gu, 'x'))
      .filter((value) => value.trim() !== '');
    fc.assert(
      fc.property(text, (value) => {
        const name = nameText.parse(value);
        expect(name).toBe(value.trim());
        expect(nameText.parse(name)).toBe(name);
      }),
    );
  });
});

describe('a state', () => {
  it('has at most 64 characters', () => {
    expect(status.parse('x'.repeat(64))).toHaveLength(64);
    expect(messages(status, 'x'.repeat(65))).toEqual([
      'must be a string of 1 to 64 characters without control characters',
    ]);
  });
});

describe('an environment', () => {
  it.each(['production', 'eu-west_1.blue', 'A', '7', 'x'.repeat(64)])('can be %j', (name) => {
    expect(environmentText.parse(name)).toBe(name);
  });

  it.each(['', ' ', 'a b', ' a', 'a\n', 'ü', 'a/b', 'x'.repeat(65), 5, null])('cannot be %j', (name) => {
    expect(messages(environmentText, name)).toEqual([
      expect.stringContaining('1 to 64 of the characters A-Z a-z 0-9 . _ -'),
    ]);
  });

  it('is required', () => {
    expect(messages(environmentText, undefined)).toEqual(['is required']);
  });
});

describe('a link', () => {
  it.each([
    'https://admin.example.com/runs/1',
    'HTTP://localhost:3000',
    'https://a.example/ü?x={y}|z',
    `https://a.example/${'x'.repeat(2030)}`,
  ])('can be %j, and is kept as given', (url) => {
    expect(link.parse(url)).toBe(url);
  });

  it.each([
    '',
    'a.example/x',
    '//a.example',
    'javascript:alert(1)',
    'ftp://a.example',
    'https:a.example',
    'https://',
    'https://a b.example/',
    'https://a.example/\n',
    'https://a.example/\ud83d',
    'https://a.example:99999/',
    `https://a.example/${'x'.repeat(2031)}`,
    ' '.repeat(3000),
    5,
    null,
  ])('cannot be %j, which is one problem', (url) => {
    expect(messages(link, url)).toEqual(['must be an http or https URL of at most 2048 characters']);
  });
});
