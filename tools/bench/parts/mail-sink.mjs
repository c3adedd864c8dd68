/**
 * A mail server that takes every mail and keeps none, as cheaply as it can: what RFC 5321 makes a client wait for, and
 * no more. `silent` as parameter: takes connections, says nothing for a second and hangs up, so that mails wait. Questions: `{expect: count}`
 * begins a count, `{result: withinMs}` waits until it is full and answers when the last mail arrived.
 */
import { createServer } from 'node:net';
import { now } from '../payload.mjs';

const silent = process.argv[2] === 'silent';
const silenceMs = 1_000;
const endOfMail = '\r\n.\r\n';
let missing = 0;
let lastAt = 0;
let whenFull = () => {};

function mailArrived() {
  lastAt = now();
  missing -= 1;
  if (missing === 0) whenFull();
}

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  // A client that is ended in the middle is of no interest here.
  socket.on('error', () => socket.destroy());
  if (silent) {
    setTimeout(() => socket.destroy(), silenceMs);
    return;
  }
  let unread = '';
  let inMail = false;
  socket.write('220 sink\r\n');
  socket.on('data', (text) => {
    unread += text;
    let replies = '';
    for (;;) {
      const mark = inMail ? endOfMail : '\r\n';
      const end = unread.indexOf(mark);
      if (end === -1) break;
      const line = unread.slice(0, end);
      unread = unread.slice(end + mark.length);
      if (inMail) {
        inMail = false;
        mailArrived();
        replies += '250 taken\r\n';
        continue;
      }
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'DATA') inMail = true;
      replies += { EHLO: '250-sink\r\n250 PIPELINING', DATA: '354 go on', QUIT: '221 bye' }[verb] ?? '250 ok';
      replies += '\r\n';
    }
    socket.write(replies);
  });
});
server.listen(0, '127.0.0.1', () => process.send({ url: `smtp://127.0.0.1:${server.address().port}` }));

async function answer(question) {
  if (question.expect !== undefined) {
    missing = question.expect;
    return {};
  }
  const full = missing <= 0 ? null : new Promise((resolve) => (whenFull = resolve));
  const timeout = setTimeout(whenFull, question.result);
  await full;
  clearTimeout(timeout);
  return { missing, lastAt };
}
process.on('message', async (question) => process.send(await answer(question)));
process.once('disconnect', () => process.exit(0));
