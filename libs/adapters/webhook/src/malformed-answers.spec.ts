import type { Socket } from 'node:net';
import { createCertificate } from './certificates.fixture.js';
import { received, startEndpoint, stopEndpoints } from './raw-endpoint.fixture.js';
import { closeSenders, createSender, makeKnown, oneTurn, webhookTo } from './sender.fixture.js';

afterEach(async () => {
  await closeSenders();
  await stopEndpoints();
});

interface Malformed {
  readonly what: string;
  readonly bytes: string;
  readonly then?: 'end' | 'resetAndDestroy';
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;
const encoding = { 'transfer-encoding': 'chunked' };

/** The rows of docs/webhooks.md, "Answers that are malformed", and more of each kind. */
const malformed: readonly Malformed[] = [
  {
    what: 'a body with 204, by its length',
    bytes: 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello',
    status: 204,
    headers: { 'content-length': '5' },
    body: 'hello',
  },
  {
    what: 'a length with 204, and no body',
    bytes: 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
    status: 204,
    headers: { 'content-length': '5' },
  },
  {
    what: 'chunks with 204',
    bytes: 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    status: 204,
    headers: encoding,
    body: '5\r\nhello\r\n0\r\n\r\n',
  },
  {
    what: 'a folded header',
    bytes: `${ok}X-Long: one\r\n  two\r\n\tthree\r\nContent-Length: 2\r\n\r\nok`,
    headers: { 'x-long': 'one two three', 'content-length': '2' },
    body: 'ok',
  },
  {
    what: 'a first header that is folded',
    bytes: `${ok} folded\r\nContent-Length: 2\r\n\r\nok`,
    headers: { folded: '', 'content-length': '2' },
    body: 'ok',
  },
  { what: 'a header without a colon', bytes: `${ok}nonsense\r\n\r\n`, headers: { nonsense: '' } },
  {
    what: 'a space before the colon',
    bytes: `${ok}X-Odd : 1\r\nContent-Length: 0\r\n\r\n`,
    headers: { 'x-odd': '1', 'content-length': '0' },
  },
  {
    what: 'control characters and bytes beyond ASCII in a header',
    bytes: `${ok}X-Odd: a\x00\x01\xe9\r\nContent-Length: 0\r\n\r\n`,
    headers: { 'x-odd': 'a\0\x01\xe9', 'content-length': '0' },
  },
  {
    what: 'line ends without a carriage return',
    bytes: 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
    headers: { 'content-length': '2' },
    body: 'ok',
  },
  { what: 'a head that is cut off', bytes: `${ok}X-Cut: hal`, then: 'end', headers: { 'x-cut': 'hal' } },
  { what: 'a status line that is cut off behind the status', bytes: 'HTTP/1.1 200', then: 'end' },
  { what: 'a status line without its end, reset', bytes: 'HTTP/1.1 200 OK', then: 'resetAndDestroy' },
  {
    what: 'two carriage returns at the status line, and one inside it',
    bytes: 'HTTP/1.1 200 O\rK\r\r\nContent-Length: 2\r\n\r\nok',
    headers: { 'content-length': '2' },
    body: 'ok',
  },
  { what: 'a reset after the status line', bytes: ok, then: 'resetAndDestroy' },
  {
    what: 'two lengths',
    bytes: `${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    headers: { 'content-length': '1, 2' },
    body: 'ab',
  },
  {
    what: 'a length that is no number',
    bytes: `${ok}Content-Length: -3\r\n\r\nab`,
    headers: { 'content-length': '-3' },
    body: 'ab',
  },
  {
    what: 'a length and chunks',
    bytes: `${ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n`,
    headers: { 'content-length': '3', ...encoding },
    body: 'ab',
  },
  {
    what: 'a length that is too small',
    bytes: `${ok}Content-Length: 2\r\n\r\nabcd`,
    headers: { 'content-length': '2' },
    body: 'abcd',
  },
  {
    what: 'a length that is too large',
    bytes: `${ok}Content-Length: 100\r\n\r\npart`,
    then: 'end',
    headers: { 'content-length': '100' },
    body: 'part',
  },
  {
    what: 'a reset in the body',
    bytes: `${ok}Content-Length: 100\r\n\r\npart`,
    then: 'resetAndDestroy',
    headers: { 'content-length': '100' },
    body: 'part',
  },
  {
    what: 'chunks that stop',
    bytes: `${chunked}4\r\npart\r\n`,
    then: 'end',
    headers: encoding,
    body: 'part',
  },
  {
    what: 'a chunk size that is no number',
    bytes: `${chunked}4\r\npart\r\nxyz\r\n`,
    headers: encoding,
    body: 'partxyz\r\n',
  },
  {
    what: 'a chunk longer than its size',
    bytes: `${chunked}2\r\npart\r\n0\r\n\r\n`,
    headers: encoding,
    body: 'part\r\n0\r\n\r\n',
  },
  {
    what: 'a chunk size beyond any number',
    bytes: `${chunked}${'F'.repeat(17)}\r\n`,
    headers: encoding,
    body: `${'F'.repeat(17)}\r\n`,
  },
  {
    what: 'trailers that are garbage',
    bytes: `${chunked}2\r\nok\r\n0\r\n\x01garbage\r\n\r\n`,
    headers: encoding,
    body: 'ok\x01garbage\r\n\r\n',
  },
  {
    what: 'a second answer',
    bytes: `${ok}Content-Length: 2\r\n\r\nokHTTP/1.1 500 Oh\r\n\r\n`,
    headers: { 'content-length': '2' },
    body: 'okHTTP/1.1 500 Oh\r\n\r\n',
  },
];

function answer({ bytes, then }: Malformed): (socket: Socket) => void {
  return (socket) =>
    void socket.write(Buffer.from(bytes, 'latin1'), () => {
      // A reset overtakes what the other side has not read.
      if (then === 'end') socket.end();
      if (then === 'resetAndDestroy') setTimeout(() => socket.resetAndDestroy(), 50);
    });
}

describe('a 2xx whose rest is malformed is received, and shown as it came:', () => {
  it.each(malformed.map((one) => [one.what, one] as const))('%s', async (_what, one) => {
    const endpoint = await startEndpoint(answer(one));
    const { sender, transport } = createSender();
    const { reason, response } = await sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
    expect(reason).toBeNull();
    expect(response).toEqual({
      status: one.status ?? 200,
      headers: one.headers ?? {},
      body: one.body ?? '',
    });
    await transport.close();
    expect(endpoint.requests.length).toBe(1);
  });

  it('a TLS connection that is cut without a word of goodbye', async () => {
    const certificate = await createCertificate('127.0.0.1');
    const endpoint = await startEndpoint((socket) => {
      socket.write(`${ok}Content-Length: 100\r\n\r\npart`, () => {
        // Below TLS: the record that closes it is not sent.
        (socket as unknown as { _parent?: Socket })._parent?.destroy();
        socket.destroy();
      });
    }, certificate);
    const { sender } = createSender({ ca: certificate.cert });
    const { reason, response } = await sender.send(webhookTo(`https://127.0.0.1:${endpoint.port}/`));
    expect([reason, response?.status]).toEqual([null, 200]);
  });

  it('and its connection carries no other webhook', async () => {
    let bytes = received;
    const endpoint = await startEndpoint((socket) => socket.write(Buffer.from(bytes, 'latin1')));
    const created = createSender({ watchMs: 1 });
    const url = `http://127.0.0.1:${endpoint.port}/`;
    await makeKnown(created, url);
    for (const one of malformed) {
      if (one.then !== undefined) continue;
      bytes = one.bytes;
      await created.sender.send(webhookTo(url));
      while (created.transport.openConnections > 0) await oneTurn();
    }
  });
});

describe('a status that is no 2xx decides as well', () => {
  it.each(malformed.map((one) => [one.what, one] as const))('with %s', async (_what, one) => {
    const bytes = one.bytes.replace(/^HTTP\/1\.1 20\d/, 'HTTP/1.1 500');
    const endpoint = await startEndpoint(answer({ ...one, bytes, then: 'end' }));
    const { sender } = createSender();
    const { reason, response } = await sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
    expect([reason, response?.status]).toEqual(['http_status', 500]);
  });
});

it('an answer whose end does not come in time is the failure timeout, and is shown as far as it came', async () => {
  const endpoint = await startEndpoint((socket) => socket.write(`${ok}X-One: 1\r\n`));
  const { sender } = createSender({ timeoutMs: 200 });
  const { reason, response } = await sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
  expect(reason).toBe('timeout');
  expect(response).toEqual({ status: 200, headers: { 'x-one': '1' }, body: '' });
});
