import { once } from 'node:events';
import type { Socket } from 'node:net';
import { closeSenders, createSender, makeKnown, namesBy, oneTurn, webhookTo } from './sender.fixture.js';
import { received, startEndpoint, stopEndpoints } from './raw-endpoint.fixture.js';

afterEach(async () => {
  await closeSenders();
  await stopEndpoints();
});

/** Several turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await oneTurn();
}

describe('connections to an endpoint', () => {
  it('are used again, also side by side, and one webhook at a time is on each', async () => {
    let mostOnOne = 0;
    const endpoint = await startEndpoint((socket) => {
      const state = socket as typeof socket & { waiting?: number };
      state.waiting = (state.waiting ?? 0) + 1;
      mostOnOne = Math.max(mostOnOne, state.waiting);
      setTimeout(() => {
        state.waiting! -= 1;
        socket.write(received);
      }, 10);
    });
    const created = createSender({ watchMs: 1 });
    const { sender, transport } = created;
    const url = `http://127.0.0.1:${endpoint.port}/`;
    await makeKnown(created, url);
    const send = () => sender.send(webhookTo(url));
    for (let round = 0; round < 5; round++) {
      const outcomes = await Promise.all(Array.from({ length: 8 }, send));
      expect(outcomes.every(({ reason }) => reason === null)).toBe(true);
      await oneTurn();
    }
    expect(endpoint.requests.length).toBe(41);
    expect(endpoint.sockets.length).toBeLessThanOrEqual(9);
    expect(transport.openConnections).toBe(endpoint.sockets.length - 1);
    expect(mostOnOne).toBe(1);
  });

  it.each([
    ['resets', 'resetAndDestroy'],
    ['closes', 'end'],
  ] as const)(
    'never carry a webhook twice: one that %s at the second webhook fails it',
    async (_how, close) => {
      let answered = 0;
      const endpoint = await startEndpoint((socket) => {
        if (answered++ < 2) socket.write(received);
        else socket[close]();
      });
      const created = createSender({ watchMs: 1 });
      const { sender, transport } = created;
      const url = `http://127.0.0.1:${endpoint.port}/`;
      await makeKnown(created, url);
      const send = () => sender.send(webhookTo(url));
      expect((await send()).reason).toBeNull();
      await oneTurn();
      expect((await send()).reason).toBe('connection');
      await transport.close();
      expect(endpoint.sockets.length).toBe(2);
      expect(endpoint.requests.length).toBe(3);
    },
  );

  it('that the endpoint has closed while idle are not used for the next webhook', async () => {
    const endpoint = await startEndpoint((socket) => socket.write(received));
    const { sender, transport } = createSender();
    const send = () => sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
    for (let round = 0; round < 20; round++) {
      expect((await send()).reason).toBeNull();
      const socket = endpoint.sockets.at(-1)!;
      socket.end();
      await once(socket, 'close');
      expect(transport.openConnections).toBe(0);
    }
    expect(endpoint.requests.length).toBe(20);
  });

  it('are given up where the endpoint says it keeps them a second or less', async () => {
    const answer = 'HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\nKeep-Alive: timeout=1\r\n\r\n';
    const endpoint = await startEndpoint((socket) => socket.write(answer));
    const { sender } = createSender();
    const send = () => sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
    expect([(await send()).reason, (await send()).reason]).toEqual([null, null]);
    expect(endpoint.sockets.length).toBe(2);
  });

  it('do not pile up: idle ones beyond the limit are closed, and the webhooks all arrive', async () => {
    const endpoint = await startEndpoint((socket) => socket.write(received));
    const { sender, transport } = createSender({
      names: await namesBy(() => ['127.0.0.1']),
      connectionLimit: 10,
    });
    for (let number = 0; number < 60; number++) {
      // Six different endpoints at a time, then again some of the earlier ones.
      const names = Array.from({ length: 6 }, (_, index) => `n${(number * 3 + index) % 50}.example.com`);
      const outcomes = await Promise.all(
        names.map((name) => sender.send(webhookTo(`http://${name}:${endpoint.port}/`))),
      );
      expect(outcomes.map(({ reason }) => reason)).toEqual(names.map(() => null));
      expect(transport.openConnections).toBeLessThanOrEqual(16);
    }
    expect(endpoint.requests.length).toBe(360);
  });

  it('do not carry a webhook whose time ran out while they were opened', async () => {
    const handshakes: Socket[] = [];
    const endpoint = await startEndpoint(() => {});
    const watch = setInterval(() => handshakes.push(...endpoint.sockets.splice(0)), 1);
    const { sender, transport } = createSender({ timeoutMs: 100 });
    const { reason } = await sender.send(webhookTo(`https://127.0.0.1:${endpoint.port}/`));
    expect(reason).toBe('timeout');
    while (transport.openConnections > 0) await oneTurn();
    clearInterval(watch);
    for (const socket of handshakes) socket.destroy();
  });

  it('are new ones for an endpoint that closes them soon after its answer, and no webhook is lost', async () => {
    const endpoint = await startEndpoint((socket) => {
      socket.write(received);
      void turns(endpoint.requests.length % 7).then(() => socket.end());
    });
    const { sender } = createSender();
    const url = `http://127.0.0.1:${endpoint.port}/`;
    const reasons: unknown[] = [];
    for (let number = 0; number < 60; number++) {
      reasons.push((await sender.send(webhookTo(url))).reason);
      await turns(number % 5);
    }
    expect(new Set(reasons)).toEqual(new Set([null]));
    expect(endpoint.requests.length).toBe(60);
  });

  it('are new ones again where a known endpoint begins to close them', async () => {
    const endpoint = await startEndpoint((socket) => socket.write(received));
    const created = createSender({ watchMs: 1 });
    const url = `http://127.0.0.1:${endpoint.port}/`;
    await makeKnown(created, url);
    const send = () => created.sender.send(webhookTo(url));
    await send();
    endpoint.sockets.at(-1)!.end();
    while (created.transport.openConnections > 0) await oneTurn();
    for (let number = 0; number < 5; number++) {
      expect((await send()).reason).toBeNull();
      while (created.transport.openConnections > 0) await oneTurn();
    }
    expect(endpoint.sockets.length).toBe(7);
  });

  it('carry no webhook after bytes that nobody asked for', async () => {
    const endpoint = await startEndpoint((socket) => socket.write(received));
    const created = createSender({ watchMs: 1 });
    const url = `http://127.0.0.1:${endpoint.port}/`;
    await makeKnown(created, url);
    await created.sender.send(webhookTo(url));
    endpoint.sockets.at(-1)!.write('HTTP/1.1 500 Oh\r\n\r\n');
    while (created.transport.openConnections > 0) await oneTurn();
    expect((await created.sender.send(webhookTo(url))).reason).toBeNull();
  });

  it('never make a webhook wait for another: 300 to one endpoint are under way at once', async () => {
    const waiting: Socket[] = [];
    const endpoint = await startEndpoint((socket) => waiting.push(socket));
    const { sender } = createSender({ timeoutMs: 60_000 });
    const url = `http://127.0.0.1:${endpoint.port}/`;
    const sent = Array.from({ length: 300 }, (_, accountId) => sender.send(webhookTo(url, { accountId })));
    while (waiting.length < 300) await oneTurn();
    for (const socket of waiting) socket.write(received);
    expect(new Set((await Promise.all(sent)).map(({ reason }) => reason))).toEqual(new Set([null]));
  });
});
