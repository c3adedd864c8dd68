/**
 * Three things that undici 7 does on an HTTP/1.1 connection, and that it has no option for, are put right on the socket
 * that its documented `connect` option hands over:
 *
 * - it writes `connection: keep-alive` into every request. That is the default of HTTP/1.1 (RFC 9112 section 9.3), so
 *   leaving it out changes nothing, and our contract lists the headers that are sent;
 * - it cuts the connection on an interim answer 100, although a client must be able to pass over interim answers that
 *   it did not ask for (RFC 9110 section 15.2);
 * - when a request is given up, it closes the connection and at once opens another one for that same request, only to
 *   find then that it was given up. Closed as by a fault of the socket, the connection takes the request with it.
 */
import type { Socket } from 'node:net';
import { errors } from 'undici';
import { InterimAnswers } from './interim-answers.js';

const connectionHeader = '\r\nconnection: keep-alive\r\n';

/**
 * Makes the socket leave out the Connection header on the way out, and interim answers on the way in, and name another
 * cause where undici closes it because the request was given up.
 */
export function fitSocket(socket: Socket): Socket {
  const interim = new InterimAnswers();
  const write = socket.write.bind(socket) as (...parts: unknown[]) => boolean;
  const destroy = socket.destroy.bind(socket);
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;

  socket.write = (chunk: unknown, ...rest: unknown[]): boolean => {
    // A request's head is the only text that undici writes; the body is bytes. Host and path hold no line break, so the
    // first match is undici's own line.
    if (typeof chunk !== 'string') return write(chunk, ...rest);
    interim.expectAnswer();
    return write(chunk.replace(connectionHeader, '\r\n'), ...rest);
  };

  socket.read = (size?: number): Buffer | null => {
    for (;;) {
      const chunk = read(size);
      if (chunk === null || !interim.areExpected) return chunk;
      const rest = interim.passOver(chunk);
      if (rest.length > 0) return rest;
    }
  };

  socket.destroy = (error?: Error): Socket => {
    const isGivenUp = error instanceof errors.InformationalError && error.message === 'aborted';
    return destroy(isGivenUp ? new errors.SocketError('given up') : error);
  };
  return socket;
}
