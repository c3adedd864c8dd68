/** A connection to the mail server ends some day, and no mail may suffer from it. */
import type { Socket } from 'node:net';
import { openModule } from './open-module.fixture.js';
import { sampleMail } from './sample-mails.fixture.js';
import { obliging, startScripted, type Script } from './scripted-server.fixture.js';

/** Sends mails one after another; answers with the outcomes, and with how many messages each connection carried. */
async function sendThrough(script: (messagesOf: (socket: Socket) => number) => Script, mails: number) {
  const messages = new Map<Socket, number>();
  const answers = script((socket) => messages.get(socket) ?? 0);
  const server = await startScripted((line, socket) => {
    if (line === '.') messages.set(socket, (messages.get(socket) ?? 0) + 1);
    return answers(line, socket);
  });
  const { mailer, module } = await openModule({ smtpUrl: server.url, ehloName: 'notify.example.com' });
  const results: string[] = [];
  for (let mail = 0; mail < mails; mail += 1)
    results.push((await mailer.send(sampleMail('run_failed'))).result);
  await module.close();
  await server.close();
  return { results, messages: [...messages.values()] };
}

it('a connection carries a hundred messages at the most', async () => {
  const { results, messages } = await sendThrough(() => obliging, 201);
  expect(new Set(results)).toEqual(new Set(['accepted']));
  expect(messages).toEqual([100, 100, 1]);
});

const mostPerConnection = 3;

it.each<[string, (messagesOf: (socket: Socket) => number) => Script]>([
  [
    'answers 421 to a message too many',
    (messagesOf) => (line, socket) => {
      if (!line.startsWith('MAIL') || messagesOf(socket) < mostPerConnection) return obliging(line, socket);
      socket.end('421 4.7.0 too many messages on this connection\r\n');
      return undefined;
    },
  ],
  [
    'ends the connection when it is asked to take one too many',
    (messagesOf) => (line, socket) => {
      if (!line.startsWith('MAIL') || messagesOf(socket) < mostPerConnection) return obliging(line, socket);
      socket.end();
      return undefined;
    },
  ],
  [
    'ends the connection with its last answer',
    (messagesOf) => (line, socket) => {
      if (line !== '.' || messagesOf(socket) < mostPerConnection) return obliging(line, socket);
      socket.end('250 fine\r\n');
      return undefined;
    },
  ],
  [
    'says 421 after its last answer',
    (messagesOf) => (line, socket) => {
      if (line !== '.' || messagesOf(socket) < mostPerConnection) return obliging(line, socket);
      socket.end('250 fine\r\n421 4.4.2 idle for too long\r\n');
      return undefined;
    },
  ],
  [
    'resets the connection when it is asked to take one too many',
    (messagesOf) => (line, socket) => {
      if (!line.startsWith('MAIL') || messagesOf(socket) < mostPerConnection) return obliging(line, socket);
      socket.resetAndDestroy();
      return undefined;
    },
  ],
])('no mail waits or is sent twice where the server %s', async (_what, script) => {
  const { results, messages } = await sendThrough(script, 8);
  expect(results).toEqual(Array(8).fill('accepted'));
  expect(messages).toEqual([3, 3, 2]);
});

it('the server is told who asks, in the name of this service', async () => {
  const names: string[] = [];
  await sendThrough(
    () => (line, socket) => {
      if (/^(EHLO|HELO)/.test(line)) names.push(line);
      // A server that knows no EHLO is greeted by HELO, in the same name.
      return line.startsWith('EHLO') ? '502 what?' : obliging(line, socket);
    },
    1,
  );
  expect(names).toEqual(['EHLO notify.example.com', 'HELO notify.example.com']);
});
