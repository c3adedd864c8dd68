import fc from 'fast-check';
import { InterimAnswers } from './interim-answers.js';

/** Feeds the bytes in the given pieces; answers what is passed on. */
function passOver(text: string, cuts: readonly number[]): string {
  const bytes = Buffer.from(text, 'latin1');
  const bounds = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other),
    bytes.length,
  ];
  const interim = new InterimAnswers();
  interim.expectAnswer();
  let passedOn = '';
  for (let index = 1; index < bounds.length; index++) {
    const chunk = bytes.subarray(bounds[index - 1], bounds[index]);
    if (chunk.length === 0) continue;
    passedOn += (interim.areExpected ? interim.passOver(chunk) : chunk).toString('latin1');
  }
  return passedOn;
}

const interimHead = fc
  .tuple(fc.constantFrom(100, 102, 103, 199), fc.stringMatching(/^[ -~]{0,40}$/))
  .map(([status, value]) => `HTTP/1.1 ${status} Wait\r\nLink: ${value}\r\n\r\n`);
const cuts = fc.array(fc.nat(), { maxLength: 12 });

afterEach(() => jest.restoreAllMocks());

describe('interim answers', () => {
  it('are taken out however the network cuts the bytes, and the final answer is left as it was', () => {
    const body = 'HTTP/1.1 100 is only text here\r\n\r\n';
    const final = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    fc.assert(
      fc.property(fc.array(interimHead, { maxLength: 5 }), cuts, (heads, places) => {
        expect(passOver(heads.join('') + final, places)).toBe(final);
      }),
    );
  });

  it('leave any other bytes alone', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12, unit: 'binary-ascii' }), cuts, (text, places) => {
        fc.pre(!text.startsWith('HTTP/1.'));
        expect(passOver(text, places)).toBe(text);
      }),
    );
  });

  it('leave 101 in, for the parser to refuse', () => {
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';
    expect(passOver(upgrade, [5, 11])).toBe(upgrade);
  });

  it('without an end are not held beyond 16 KiB', () => {
    const endless = `HTTP/1.1 103 Early Hints\r\nLink: ${'a'.repeat(20_000)}`;
    expect(passOver(endless, [100, 10_000])).toBe(endless);
  });

  it('that come byte by byte are copied a few times at most, however long the head', () => {
    const copied = jest.spyOn(Buffer.prototype, 'copy');
    const joined = jest.spyOn(Buffer, 'concat');
    const head = `HTTP/1.1 103 Early Hints\r\nLink: ${'a'.repeat(15_000)}\r\n\r\n`;
    const everyByte = Array.from(head, (_character, place) => place);
    expect(passOver(`${head}HTTP/1.1 200 OK\r\n\r\n`, everyByte)).toBe('HTTP/1.1 200 OK\r\n\r\n');
    const bytes = copied.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
    expect(bytes).toBeGreaterThanOrEqual(head.length);
    expect(bytes).toBeLessThan(4 * head.length);
    expect(joined).not.toHaveBeenCalled();
  });
});
