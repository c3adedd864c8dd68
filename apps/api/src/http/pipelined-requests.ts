/**
 * How many requests of one connection may be under way at once. A client may send the next before it has its answer (RFC
 * 9112 section 9.3.2); Node reads all that came in one piece and begins every one of them before it looks at another
 * connection: 64 KiB of the shortest requests are 1,600. No client that is known sends more than a few.
 */
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { problemDocument } from '@belfry/contract';
import { securityHeaders } from './security-headers.js';

/** The most requests of one connection that are under way at once. */
export const mostUnderWay = 16;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Refuses what is over before anything is done for it, and has its connection closed behind the answers before it. */
export function boundPipelines({ server }: FastifyInstance, publicUrl: string): void {
  const underWay = new WeakMap<Socket, number>();
  const document = problemDocument(
    'rate-limited',
    `A connection may have ${mostUnderWay} requests under way at once: wait for answers before you send more.`,
  );
  const body = JSON.stringify(document);
  const headers = {
    ...securityHeaders(publicUrl),
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'Retry-After': '1',
    Connection: 'close',
  };
  const [handle] = server.listeners('request') as Handler[];
  if (handle === undefined) throw new Error('the server has no handler of requests');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const count = (underWay.get(socket) ?? 0) + 1;
    underWay.set(socket, count);
    if (count <= mostUnderWay) {
      response.once('close', () => underWay.set(socket, underWay.get(socket)! - 1));
      handle(request, response);
    } else if (count === mostUnderWay + 1) {
      response.writeHead(document.status, headers).end(body);
    }
    // What comes behind it is never answered: the connection is closed.
  });
}
