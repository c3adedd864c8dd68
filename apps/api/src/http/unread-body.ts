/**
 * What happens to a body that is not read, because its head was enough to answer. The answer goes out at once. Were the
 * connection then closed while the client still writes, the client would see it broken, and not the answer (RFC 9112
 * section 9.6). So a short rest is read away, and the connection kept; of a long one a bounded part is read away, and the
 * connection closed, after some seconds at the latest. None of it is kept.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { batchLimits, bodyLimits, hasBody } from './body-limits.js';

/** So much of a stranger's body is read away: to read even that costs more than the answer. */
const ofAStranger = 4 * bodyLimits.bytes;
/** So much of the body of a caller who is known, such as one that is too large: twice what the largest may hold. */
const ofACaller = 2 * batchLimits.bytes;
/** nginx's `lingering_timeout`. */
const readAwayMs = 5_000;

/** Requests that wait for "100 Continue" before they send their body. */
const waiting = new WeakSet<IncomingMessage>();

/** Answers requests whose body is still on its way. Call it before routes are registered. */
export function answerBeforeTheBody(server: FastifyInstance): void {
  // Otherwise Node says "100 Continue" to everybody.
  server.server.on('checkContinue', (request: IncomingMessage, response: unknown) => {
    waiting.add(request);
    server.server.emit('request', request, response);
  });
  server.addHook('preParsing', ({ raw }, reply, _payload, done) => {
    if (waiting.delete(raw)) reply.raw.writeContinue();
    done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    leaveUnread(reply);
    done();
  });
}

/** Prepares the connection for an answer that goes out while the body is still on its way. Call it before the answer is sent. */
export function leaveUnread(reply: FastifyReply): void {
  const { raw } = reply.request;
  if (raw.complete || !hasBody(raw)) return;
  // A client that waits may send its body, or its next request: nothing can tell which it is.
  const isShort = !waiting.has(raw) && Number(raw.headers['content-length']) <= bodyLimits.bytes;
  // Node reads the rest away; how long that may take, the time of a whole request says.
  if (isShort) return;
  void reply.header('Connection', 'close');
  closeAfterTheBody(raw, reply.request.principal === undefined ? ofAStranger : ofACaller);
}

/** Has Node close the connection once the body was read away, and not as soon as the answer went out. */
function closeAfterTheBody(raw: IncomingMessage, readAway: number): void {
  const { socket } = raw;
  const close = socket.destroySoon.bind(socket);
  let isAnswered = false;
  let left = readAway;
  // Node calls this when the answer has gone out.
  socket.destroySoon = () => {
    isAnswered = true;
    if (raw.complete) close();
    else socket.end();
  };
  raw.on('data', ({ length }: Buffer) => {
    left -= length;
    // Whoever writes on and never looks for an answer is cut off when the time is over.
    if (left < 0) raw.pause();
  });
  raw.once('end', () => {
    if (isAnswered) close();
  });
  const timer = setTimeout(() => socket.destroy(), readAwayMs).unref();
  socket.once('close', () => clearTimeout(timer));
}
