import { hostileEndpoints, startHostile, stopHostile } from './hostile-endpoints.fixture.js';
import { startEndpoint, stopEndpoints } from './raw-endpoint.fixture.js';
import { closeSenders, createSender, oneTurn, webhookTo } from './sender.fixture.js';

afterEach(async () => {
  await closeSenders();
  await stopHostile();
});

/** Short where it is what ends the webhook; otherwise long enough for a busy machine. */
const timeoutFor = (reason: string | null) => (reason === 'timeout' ? 400 : 10_000);
/** In parallel: what each may hold in memory counts this often. */
const webhooks = 24;
/** Each may keep 16 KiB of body and of headers; read buffers, TLS and the endpoint's own side come on top. */
const mostBytes = 60_000_000;

/** Memory that JavaScript and its buffers take. */
function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('an endpoint that answers with', () => {
  it.each(hostileEndpoints.map((endpoint) => [endpoint.does, endpoint.reason, endpoint] as const))(
    '%s ends as %s, and memory stays flat',
    async (_does, reason, endpoint) => {
      const port = await startHostile(endpoint);
      const timeoutMs = timeoutFor(reason);
      const { sender, transport } = createSender({ timeoutMs });
      const url = `${endpoint.https ? 'https' : 'http'}://127.0.0.1:${port}/`;
      const before = memory();
      let peak = before;
      const watch = setInterval(() => (peak = Math.max(peak, memory())), 10);
      const outcomes = await Promise.all(Array.from({ length: webhooks }, () => sender.send(webhookTo(url))));
      clearInterval(watch);

      expect(new Set(outcomes.map((outcome) => outcome.reason))).toEqual(new Set([reason]));
      for (const { response } of outcomes) expect(response?.body.length ?? 0).toBeLessThanOrEqual(16 * 1024);
      expect(peak - before).toBeLessThan(mostBytes);
      await transport.close();
      expect(transport.openConnections).toBe(0);
    },
  );
});

it('an answer sent before it was asked for is no answer to the next webhook', async () => {
  let first = true;
  const endpoint = await startEndpoint((socket) => {
    const status = first ? '200 OK' : '500 Oh';
    socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`.repeat(first ? 3 : 1));
    first = false;
  });
  const { sender } = createSender();
  const send = () => sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
  expect((await send()).reason).toBeNull();
  await oneTurn();
  expect((await send()).reason).toBe('http_status');
  await stopEndpoints();
});
