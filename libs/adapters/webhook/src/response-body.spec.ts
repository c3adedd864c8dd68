import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { closeSenders, createSender, webhookTo } from './sender.fixture.js';
import { startEndpoint, stopEndpoints } from './raw-endpoint.fixture.js';

afterEach(async () => {
  await closeSenders();
  await stopEndpoints();
});

const kept = 16 * 1024;

async function sendTo(answer: (socket: Socket) => void) {
  const endpoint = await startEndpoint(answer);
  const outcome = await createSender().sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
  return { ...outcome, endpoint };
}

function sendBody(body: Buffer) {
  return sendTo((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
    socket.write(body);
  });
}

describe("an answer's body", () => {
  it('of 16 KiB is kept whole, and the connection with it', async () => {
    const { reason, response, endpoint } = await sendBody(Buffer.alloc(kept, 'a'));
    expect(reason).toBeNull();
    expect(response?.body).toBe('a'.repeat(kept));
    expect(endpoint.sockets[0]?.destroyed).toBe(false);
  });

  it('of one byte more is cut there, which is received all the same', async () => {
    const { reason, response, endpoint } = await sendBody(Buffer.alloc(kept + 1, 'a'));
    expect(reason).toBeNull();
    expect(response?.body).toBe('a'.repeat(kept));
    expect(endpoint.requests.length).toBe(1);
  });

  it('of 10 MB, or one without an end, is cut at 16 KiB by closing the connection, each time', async () => {
    const endless = Buffer.alloc(64 * 1024, 'a');
    const endpoint = await startEndpoint((socket) => {
      socket.write('HTTP/1.1 500 Oh\r\n\r\n');
      const fill = () => {
        while (!socket.destroyed && socket.write(endless));
      };
      socket.on('drain', fill);
      fill();
    });
    const { sender } = createSender();
    const send = () => sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
    await send();
    const before = process.memoryUsage().arrayBuffers;
    for (let number = 0; number < 50; number++) {
      const { reason, response } = await send();
      expect(reason).toBe('http_status');
      expect(response?.body.length).toBe(kept);
    }
    // Each answer read to 10 MB and kept would be 500 MB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
    expect(endpoint.requests.length).toBe(51);
    expect(endpoint.sockets.length).toBe(51);
  });

  it('is cut between characters, never through one', async () => {
    const { response } = await sendBody(Buffer.from(`a${'é'.repeat(kept)}`));
    expect(response?.body).toBe(`a${'é'.repeat((kept - 2) / 2)}`);
  });

  it('that arrives byte by byte is put together', async () => {
    const body = 'Größe 🎉';
    const { response } = await sendTo((socket) => {
      socket.setNoDelay(true);
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const bytes = [...Buffer.from(body)];
      const next = () => {
        const byte = bytes.shift();
        socket.write(byte === undefined ? '0\r\n\r\n' : Buffer.from([0x31, 13, 10, byte, 13, 10]));
        if (byte !== undefined) setImmediate(next);
      };
      next();
    });
    expect(response?.body).toBe(body);
  });

  it('holds U+FFFD for what is not UTF-8, and U+0000 as it came', async () => {
    const { response } = await sendBody(Buffer.from([0x61, 0xff, 0x62, 0x00, 0x63]));
    expect(response?.body).toBe('a\uFFFDb\0c');
  });

  it('is not decompressed', async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024));
    const { reason, response } = await sendTo((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    });
    expect(reason).toBeNull();
    expect(response?.headers['content-encoding']).toBe('gzip');
    expect(response!.body.length).toBeLessThanOrEqual(bomb.length);
  });
});

describe("an answer's headers", () => {
  it('are kept by name in lower case, repeated ones joined', async () => {
    const { response } = await sendTo((socket) => {
      socket.write(
        'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX-One: 1\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n',
      );
    });
    expect(response?.headers).toEqual({ 'set-cookie': 'a=1, b=2', 'x-one': '1', 'content-length': '0' });
  });

  it('may have any name, also one that means something to JavaScript', async () => {
    const names = [
      '__proto__',
      'constructor',
      'hasownproperty',
      'get',
      'set',
      'normalize',
      'tojson',
      'then',
      'length',
    ];
    const { reason, response } = await sendTo((socket) => {
      socket.write(`HTTP/1.1 204 No\r\n${names.map((name) => `${name}: x\r\n`).join('')}\r\n`);
    });
    expect(reason).toBeNull();
    expect(Object.keys(response!.headers)).toEqual(names);
    expect(Object.values(response!.headers)).toEqual(names.map(() => 'x'));
  });

  it('are kept up to 16 KiB, however many there are', async () => {
    const { reason, response } = await sendTo((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${'a:\r\n'.repeat(15_000)}Content-Length: 0\r\n\r\n`);
    });
    expect(reason).toBeNull();
    expect(JSON.stringify(response?.headers).length).toBeLessThan(17_000);
  });
});
