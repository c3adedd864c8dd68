import { once } from 'node:events';
import { closeSenders, createSender, oneTurn, resolver, webhookTo } from './sender.fixture.js';
import { received, startEndpoint, stopEndpoints } from './raw-endpoint.fixture.js';

afterEach(async () => {
  await closeSenders();
  await stopEndpoints();
});

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
    const { sender, transport } = createSender();
    const send = () => sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
    for (let round = 0; round < 5; round++) {
      const outcomes = await Promise.all(Array.from({ length: 8 }, send));
      expect(outcomes.every(({ reason }) => reason === null)).toBe(true);
      await oneTurn();
    }
    expect(endpoint.requests.length).toBe(40);
    expect(endpoint.sockets.length).toBeLessThanOrEqual(8);
    expect(transport.openConnections).toBe(endpoint.sockets.length);
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
        if (answered++ === 0) socket.write(received);
        else socket[close]();
      });
      const { sender, transport } = createSender();
      const send = () => sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
      expect((await send()).reason).toBeNull();
      await oneTurn();
      expect((await send()).reason).toBe('connection');
      await transport.close();
      expect(endpoint.sockets.length).toBe(1);
      expect(endpoint.requests.length).toBe(2);
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
      lookup: resolver(() => ['127.0.0.1']),
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

  it('do not send a webhook whose time ran out while they were opened', async () => {
    const endpoint = await startEndpoint((socket) => socket.write(received));
    let resolveName = () => {};
    const { sender, transport } = createSender({
      timeoutMs: 100,
      lookup: (_name, _options, callback) => {
        resolveName = () => callback(null, [{ address: '127.0.0.1', family: 4 }]);
      },
    });
    const { reason } = await sender.send(webhookTo(`http://hooks.example.com:${endpoint.port}/`));
    expect(reason).toBe('timeout');
    resolveName();
    while (endpoint.sockets.length === 0) await oneTurn();
    await transport.close();
    await stopEndpoints();
    expect(endpoint.requests.length).toBe(0);
  });
});
