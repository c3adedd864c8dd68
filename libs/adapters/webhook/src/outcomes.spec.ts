import type { WebhookOutcome } from '@belfry/application';
import type { Socket } from 'node:net';
import { closeSenders, createSender, webhookTo } from './sender.fixture.js';
import { type RawEndpoint, received, startEndpoint, stopEndpoints } from './raw-endpoint.fixture.js';

afterEach(async () => {
  await closeSenders();
  await stopEndpoints();
});

/** Sends one webhook to an endpoint that answers so; makes sure that one request arrived, and no other follows. */
async function sendTo(
  answer: (socket: Socket) => void,
  timeoutMs = 5_000,
): Promise<WebhookOutcome & { endpoint: RawEndpoint }> {
  const endpoint = await startEndpoint(answer);
  const { sender, transport } = createSender({ timeoutMs });
  const outcome = await sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/in?token=s3cret`));
  // Whatever undici might still have queued is sent before the transport has closed.
  await transport.close();
  expect(endpoint.requests.length).toBe(1);
  return { ...outcome, endpoint };
}

const answerWith = (text: string | Buffer) => (socket: Socket) => void socket.write(text);

describe('what came of a webhook', () => {
  it.each([200, 201, 202, 204, 299])('is received, at status %i', async (status) => {
    const { reason, response } = await sendTo(
      answerWith(`HTTP/1.1 ${status} So\r\nContent-Length: 0\r\n\r\n`),
    );
    expect(reason).toBeNull();
    expect(response).toEqual({ status, headers: { 'content-length': '0' }, body: '' });
  });

  it.each([304, 400, 404, 410, 429, 500, 503, 599, 999])(
    'is the failure http_status, at status %i',
    async (status) => {
      const answer = `HTTP/1.1 ${status} So\r\nConnection: close\r\n\r\n`;
      const { reason, response } = await sendTo((socket) => socket.end(answer));
      expect(reason).toBe('http_status');
      expect(response?.status).toBe(status);
    },
  );

  it.each([301, 302, 303, 307, 308])(
    'is http_status at the redirect %i, which is not followed',
    async (status) => {
      const target = await startEndpoint(answerWith(received));
      const location = `http://127.0.0.1:${target.port}/`;
      const { reason, response } = await sendTo(
        answerWith(`HTTP/1.1 ${status} Moved\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`),
      );
      expect(reason).toBe('http_status');
      expect(response?.headers['location']).toBe(location);
      expect(target.sockets.length).toBe(0);
    },
  );

  it('is timeout where no answer comes', async () => {
    const { reason, response } = await sendTo(() => {}, 300);
    expect(reason).toBe('timeout');
    expect(response).toBeNull();
  });

  it('is timeout where a 2xx drips on, with what came until then', async () => {
    const { reason, response } = await sendTo((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      const drip = setInterval(() => socket.write('a'), 20);
      socket.once('close', () => clearInterval(drip));
    }, 400);
    expect(reason).toBe('timeout');
    expect(response?.status).toBe(200);
    expect(response?.body).toMatch(/^a+$/);
  });

  it('is timeout where interim answers come for ever', async () => {
    const { reason } = await sendTo((socket) => {
      const flood = setInterval(
        () => socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(50)),
        5,
      );
      socket.once('close', () => clearInterval(flood));
    }, 300);
    expect(reason).toBe('timeout');
  });

  it.each([
    ['100', 'HTTP/1.1 100 Continue\r\n\r\n'],
    [
      '102, 103 and 100',
      'HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 C\r\n\r\n',
    ],
  ])('passes over the interim answers %s', async (_which, interim) => {
    const { reason, response } = await sendTo((socket) => {
      socket.setNoDelay(true);
      socket.write(interim);
      setImmediate(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone'));
    });
    expect(reason).toBeNull();
    expect(response).toEqual({ status: 200, headers: { 'content-length': '4' }, body: 'done' });
  });

  it.each([
    ['text that is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a status that there is not', 'HTTP/1.1 099 So\r\n\r\n'],
    ['another version of HTTP', 'HTTP/3.0 200 OK\r\n\r\n'],
    [
      'an upgrade that nobody asked for',
      'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ],
  ])('is connection where the answer is %s', async (_which, answer) => {
    expect((await sendTo(answerWith(answer))).reason).toBe('connection');
  });

  it('is connection where the endpoint closes without an answer', async () => {
    const { reason, response } = await sendTo((socket) => socket.end());
    expect(reason).toBe('connection');
    expect(response).toBeNull();
  });

  it('is connection where the endpoint resets without an answer', async () => {
    expect((await sendTo((socket) => socket.resetAndDestroy())).reason).toBe('connection');
  });

  it('is connection where nobody listens', async () => {
    const endpoint = await startEndpoint(answerWith(received));
    await stopEndpoints();
    const outcome = await createSender().sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
    expect(outcome.reason).toBe('connection');
  });

  it('is response_too_large where the headers are more than 16 KiB', async () => {
    const headers = `X-Long: ${'a'.repeat(1_000)}\r\n`.repeat(20);
    const { reason } = await sendTo(answerWith(`HTTP/1.1 200 OK\r\n${headers}Content-Length: 0\r\n\r\n`));
    expect(reason).toBe('response_too_large');
  });
});
