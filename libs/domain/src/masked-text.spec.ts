import fc from 'fast-check';
import { maskSecretsOf } from './masked-text.js';

/** A character as `\u003c`. */
const unicodeEscape = (one: string) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;

describe('a text that may repeat a URL', () => {
  it.each([
    [
      'https://x.example.com/in?token=s3cret-token',
      'moved to https://x.example.com/in/?token=s3cret-token',
      'moved to https://x.example.com/in/?token=***',
    ],
    ['https://x.example.com/in?s3cret-token', 'you sent "s3cret-token"', 'you sent "***"'],
    ['https://x.example.com/in?t=a%2Fb%2Fc%2Fd%2Fe', 'a/b/c/d/e and a%2Fb%2Fc%2Fd%2Fe', '*** and ***'],
    ['https://x.example.com/in?a=12345678&b=1234567890', '1234567890 12345678', '*** ***'],
    ['https://x.example.com/in', 'nothing to mask', 'nothing to mask'],
    [
      'https://hooks.slack.com/services/T1/B1/abcdefghijklmnop12345678',
      'no_service /services/T1/B1/abcdefghijklmnop12345678',
      'no_service /services/T1/B1/***',
    ],
    ['https://hooks.zapier.com/hooks/catch/1/a1b2c3d/', 'catch 1 a1b2c3d', 'catch 1 ***'],
    ['https://x.example.com/in?v=1&pin=4711', 'v=1, mode=4711, 1', 'v=***, mode=4711, 1'],
    [
      'https://x.example.com/in?pin=4711',
      '{"pin":"4711", "pin" : 4711} pin=4711&x pin=47110',
      '{"pin":"***", "pin" : ***} pin=***&x pin=47110',
    ],
  ])('of %s', (url, text, masked) => {
    expect(maskSecretsOf(url, text)).toBe(masked);
  });

  const secret = fc.string({ minLength: 8, maxLength: 40, unit: fc.constantFrom(...'abcXYZ019+/=&<>"%ü ') });

  it.each<[string, (text: string) => string]>([
    ['as it is', (text) => text],
    ['percent-encoded', encodeURIComponent],
    ['percent-encoded twice', (text) => encodeURIComponent(encodeURIComponent(text))],
    ['in JSON', (text) => JSON.stringify(text).slice(1, -1)],
    ['in JSON of Go', (text) => JSON.stringify(text).slice(1, -1).replace(/[<>&]/g, unicodeEscape)],
    ['in JSON of Python', (text) => JSON.stringify(text).slice(1, -1).replace(/ü/g, unicodeEscape)],
    [
      'in HTML',
      (text) =>
        text.replace(/[&<>"]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one]!),
    ],
    [
      'in HTML of Go',
      (text) =>
        text.replace(
          /[&<>"+]/g,
          (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', '+': '&#43;' })[one]!,
        ),
    ],
    ['in capitals', (text) => text.toUpperCase()],
    ['in small letters', (text) => text.toLowerCase()],
    ['in hexadecimal', (text) => Buffer.from(text).toString('hex')],
    ['with escaped slashes', (text) => text.replaceAll('/', '\\/')],
  ])('shows no secret %s', (_form, write) => {
    fc.assert(
      fc.property(secret, (value) => {
        const url = `https://x.example.com/in?token=${encodeURIComponent(value)}`;
        const masked = maskSecretsOf(url, `<${write(value)}>`);
        expect(masked).toContain('***');
        expect(masked).not.toContain(write(value));
      }),
    );
  });

  it.each(['base64', 'base64url'] as const)(
    'shows no secret inside of %s, wherever it begins',
    (encoding) => {
      fc.assert(
        fc.property(fc.string({ maxLength: 9 }), fc.uuid(), (before, value) => {
          const text = Buffer.from(`${before.toWellFormed()}${value}&z=1`).toString(encoding);
          const masked = maskSecretsOf(`https://x.example.com/in?token=${value}`, text);
          expect(masked).toContain('***');
          expect(Buffer.from(masked.split('***')[1] ?? '', encoding).toString()).not.toContain(
            value.slice(4),
          );
        }),
      );
    },
  );
});
