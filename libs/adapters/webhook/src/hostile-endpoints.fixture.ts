/** Endpoints that mean harm, each with what must come of a webhook to it. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** One hostile endpoint. */
export interface HostileEndpoint {
  readonly does: string;
  readonly reason: string | null;
  /** What it does with a connection; where `https` is set, with one that waits for a TLS handshake. */
  readonly act: (socket: Socket) => void;
  readonly https?: true;
}

const head = 'HTTP/1.1 200 OK\r\n';
const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n`;
const kilobytes64 = Buffer.alloc(64 * 1024, 'a');
const interim = Buffer.from(`HTTP/1.1 103 Early Hints\r\nLink: </${'a'.repeat(1_000)}>\r\n\r\n`.repeat(60));
const manyHeaders = Buffer.from(`X-Many: ${'a'.repeat(500)}\r\n`.repeat(20));
/** 64 MB of zeros in some 300 KB, sent again and again. */
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 1 });

/** Writes `piece` for as long as the other side takes it, after `first`. */
function flood(socket: Socket, piece: Buffer, first = ''): void {
  if (first !== '') socket.write(first);
  const fill = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', fill);
  fill();
}

/** Writes one byte of `text` after the other, for ever. */
function drip(socket: Socket, text: string, first = ''): void {
  if (first !== '') socket.write(first);
  let place = 0;
  const timer = setInterval(() => socket.write(text.charAt(place++ % text.length)), 5);
  socket.once('close', () => clearInterval(timer));
}

/** By what they do. All but the TLS ones wait for the request first. */
export const hostileEndpoints: readonly HostileEndpoint[] = [
  { does: 'a body without end, with 200', reason: null, act: (s) => flood(s, kilobytes64, `${head}\r\n`) },
  {
    does: 'a body without end, with 500',
    reason: 'http_status',
    act: (s) => flood(s, kilobytes64, 'HTTP/1.1 500 Oh\r\n\r\n'),
  },
  {
    does: 'a body of a petabyte, by its length',
    reason: null,
    act: (s) => flood(s, kilobytes64, `${head}Content-Length: 1000000000000000\r\n\r\n`),
  },
  {
    does: 'a gzip bomb',
    reason: null,
    act: (s) => flood(s, bomb, `${head}Content-Encoding: gzip\r\n\r\n`),
  },
  {
    does: 'a body that drips',
    reason: 'timeout',
    act: (s) => drip(s, 'a', `${head}Content-Length: 100000\r\n\r\n`),
  },
  { does: 'a head that drips', reason: 'timeout', act: (s) => drip(s, 'X-Slow: a\r\n', head) },
  {
    does: 'a status line that drips',
    reason: 'timeout',
    act: (s) => drip(s, 'HTTP/1.1 100 Continue\r\n\r\n'),
  },
  {
    does: 'one header without end',
    reason: 'response_too_large',
    act: (s) => flood(s, kilobytes64, `${head}X: `),
  },
  {
    does: 'headers without end',
    reason: 'response_too_large',
    act: (s) => flood(s, manyHeaders, head),
  },
  {
    does: 'trailers without end',
    reason: null,
    act: (s) => flood(s, manyHeaders, `${chunked}0\r\n`),
  },
  {
    does: 'a chunk extension without end',
    reason: null,
    act: (s) => flood(s, kilobytes64, `${chunked}1;`),
  },
  {
    does: 'a chunk of more bytes than there are',
    reason: null,
    act: (s) => s.write(`${chunked}${'F'.repeat(17)}\r\n`),
  },
  {
    does: 'chunks of one byte without end',
    reason: null,
    act: (s) => flood(s, Buffer.from('1\r\na\r\n'.repeat(1_000)), chunked),
  },
  { does: 'interim answers without end', reason: 'timeout', act: (s) => flood(s, interim) },
  {
    does: 'one interim answer without end',
    reason: 'response_too_large',
    act: (s) => flood(s, kilobytes64, 'HTTP/1.1 103 Early Hints\r\nLink: '),
  },
  {
    does: 'a change of protocol',
    reason: 'connection',
    act: (s) => s.write('HTTP/1.1 101 So\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
  },
  { does: 'bytes that are no HTTP', reason: 'connection', act: (s) => flood(s, Buffer.alloc(4_096, 0)) },
  { does: 'HTTP/2', reason: 'connection', act: (s) => s.write(Buffer.from('000012040000000000', 'hex')) },
  {
    does: 'two lengths',
    reason: null,
    act: (s) => s.write(`${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`),
  },
  {
    does: 'a body that ends early',
    reason: null,
    act: (s) => s.end(`${head}Content-Length: 9\r\n\r\nab`),
  },
  { does: 'an end without an answer', reason: 'connection', act: (s) => s.end() },
  {
    does: 'a reset in the middle',
    reason: null,
    act: (s) => s.write(`${head}Content-Length: 9\r\n\r\n`, () => s.resetAndDestroy()),
  },
  { does: 'nothing at all', reason: 'timeout', act: () => {} },
  { does: 'a TLS handshake that never begins', reason: 'timeout', act: () => {}, https: true },
  // The head of a handshake record of 16 KiB (RFC 8446 section 5.1), whose bytes then come one by one.
  {
    does: 'a TLS handshake that drips',
    reason: 'timeout',
    act: (s) => drip(s, '\x02', '\x16\x03\x03\x40\x00'),
    https: true,
  },
  { does: 'bytes that are no TLS', reason: 'tls', act: (s) => flood(s, kilobytes64), https: true },
];

const running: { server: Server; sockets: Set<Socket> }[] = [];

/** Starts one; answers its port. */
export async function startHostile({ act, https }: HostileEndpoint): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A client that goes away is what this is about.
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    if (https) socket.resume();
    else socket.once('data', () => socket.resume());
    if (https) act(socket);
    else socket.once('data', () => act(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  running.push({ server, sockets });
  return (server.address() as AddressInfo).port;
}

/** Stops all that were started. */
export async function stopHostile(): Promise<void> {
  for (const { server, sockets } of running.splice(0)) {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  }
}
