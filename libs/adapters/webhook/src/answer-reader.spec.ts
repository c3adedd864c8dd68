import fc from 'fast-check';
import { AnswerReader } from './answer-reader.js';

/** Reads the bytes in the given pieces; what comes behind the end is not read. */
function readInPieces(text: string, cuts: readonly number[]) {
  const bytes = Buffer.from(text, 'latin1');
  const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other);
  const bounds = [0, ...places, bytes.length];
  const reader = new AnswerReader();
  let isOver = false;
  for (let index = 1; index < bounds.length && !isOver; index++) {
    isOver = reader.read(bytes.subarray(bounds[index - 1], bounds[index]));
  }
  if (!isOver) reader.end(true);
  return { response: reader.response, fault: reader.fault, allowsAnother: reader.allowsAnother };
}

const value = fc.stringMatching(/^[!-~]{0,20}$/);
const interim = fc
  .tuple(fc.constantFrom(100, 102, 103, 199), value)
  .map(([status, link]) => `HTTP/1.1 ${status} Wait\r\nLink: ${link}\r\n\r\n`);
const cuts = fc.array(fc.nat(), { maxLength: 12 });
const body = fc.stringMatching(/^[ -~]{0,200}$/);

afterEach(() => jest.restoreAllMocks());

describe('an answer', () => {
  it('is the same however the network cuts it, with interim answers before it or not', () => {
    fc.assert(
      fc.property(
        fc.array(interim, { maxLength: 4 }),
        value,
        body,
        fc.boolean(),
        cuts,
        (before, x, text, isChunked, places) => {
          const half = Math.floor(text.length / 2);
          const chunk = (part: string) =>
            part === '' ? '' : `${part.length.toString(16)};x=y\r\n${part}\r\n`;
          const rest = isChunked
            ? `Transfer-Encoding: chunked\r\n\r\n${chunk(text.slice(0, half))}${chunk(text.slice(half))}0\r\nT: 1\r\n\r\n`
            : `Content-Length: ${text.length}\r\n\r\n${text}`;
          const read = readInPieces(`${before.join('')}HTTP/1.1 201 Made\r\nX: ${x}\r\n${rest}`, places);
          expect(read.response).toMatchObject({ status: 201, headers: { x }, body: text });
          expect(read).toMatchObject({ fault: null, allowsAnother: true });
        },
      ),
    );
  });

  it('has the status of its line whatever bytes follow, and nothing unbounded of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), cuts, (garbage, places) => {
        const text = `HTTP/1.1 200 OK\r\n${Buffer.from(garbage).toString('latin1')}`;
        expect(readInPieces(text, places)).toMatchObject({ fault: null, response: { status: 200 } });
      }),
    );
  });

  it('is missing where no status line comes, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), cuts, (garbage, places) => {
        const text = Buffer.from(garbage).toString('latin1');
        fc.pre(!text.trimStart().startsWith('HTTP/1.'));
        expect(readInPieces(text, places)).toMatchObject({ fault: 'connection', response: null });
      }),
    );
  });

  it.each([
    [
      'an interim head',
      'HTTP/1.1 103 Early Hints\r\nLink: ',
      '\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    ],
    ['a head', 'HTTP/1.1 200 OK\r\nX: ', '\r\nContent-Length: 0\r\n\r\n'],
    ['a chunk extension', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0;', '\r\n\r\n'],
  ])('that comes byte by byte is copied a few times at most, however long %s', (_what, before, after) => {
    const copied = jest.spyOn(Buffer.prototype, 'copy');
    const joined = jest.spyOn(Buffer, 'concat');
    const text = before + 'a'.repeat(15_000) + after;
    const everyByte = Array.from(text, (_character, place) => place);
    expect(readInPieces(text, everyByte)).toMatchObject({ fault: null, allowsAnother: true });
    const bytes = copied.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
    expect(bytes).toBeGreaterThanOrEqual(15_000);
    expect(bytes).toBeLessThan(4 * text.length);
    expect(joined).not.toHaveBeenCalled();
  });
});
