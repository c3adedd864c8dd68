/**
 * Answers what is no HTTP request, or one whose head is over Node's 16 KiB. There is no request then, and so no method:
 * the answer has no body, since one to HEAD must not have any (RFC 9110 section 9.3.2).
 */
import type { ConnectionError, FastifyInstance } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { securityHeaders } from './security-headers.js';

const statuses: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Makes the handler of what could not be read, which is of interest when debugging alone. */
export function answerBrokenRequests(publicUrl: string, logger: Logger) {
  const headers = Object.entries(securityHeaders(publicUrl)).map(([name, value]) => `${name}: ${value}`);
  return function (this: FastifyInstance, { code }: ConnectionError, socket: Socket): void {
    // The other side is gone.
    if (code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = statuses[code] ?? 400;
    logger.debug({ code, status }, 'a request could not be read');
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      ...headers,
      'Content-Length: 0',
      'Connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.destroySoon();
  };
}
