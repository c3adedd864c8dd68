import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { mimeMessage } from './mime-message.js';

const headers = { From: { name: '', address: 'a@example.com' }, To: { name: '', address: 'b@example.com' } };

describe('a message', () => {
  it('brings both parts as they were, whatever is in them, in short lines of ASCII', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 100 }),
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.constantFrom(
        '\r\n',
        '\n',
        ' ',
        '\t',
        '.',
        '=',
        '=3D',
        '--',
        '-'.repeat(80),
        '漢'.repeat(90),
        ' \r\n.\r\n',
      ),
    );
    const content = fc
      .array(piece, { maxLength: 12 })
      .map((pieces) => `<p>${pieces.join('').toWellFormed()}</p>`);
    await fc.assert(
      fc.asyncProperty(content, content, async (text, html) => {
        const message = mimeMessage(headers, text, html);
        const lines = message.toString('latin1').split('\r\n');
        expect(lines.filter((line) => line.length > 76 || /[^\t\x20-\x7e]/.test(line))).toEqual([]);
        const parsed = await simpleParser(message);
        expect(parsed.text).toBe(withOneKindOfBreak(text));
        expect(parsed.html).toBe(withOneKindOfBreak(html));
      }),
      { numRuns: 300 },
    );
  });
});

/** A lone CR or LF is a line's end too; the parser answers LF. */
function withOneKindOfBreak(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\n');
}
