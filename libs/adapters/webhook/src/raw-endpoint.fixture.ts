/** An endpoint on 127.0.0.1 that keeps each request's bytes as they arrived and answers whatever bytes a test wants. */
import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export interface RawEndpoint {
  readonly port: number;
  /** Every whole request that arrived, in order. */
  readonly requests: Buffer[];
  /** Every connection that was made, open or not. */
  readonly sockets: Socket[];
}

type Answer = (socket: Socket, request: Buffer) => void;

export const received = 'HTTP/1.1 204 No Content\r\n\r\n';

const running: { server: Server; endpoint: RawEndpoint }[] = [];

/** Starts an endpoint that calls `answer` for each whole request; over TLS if a certificate is given. */
export async function startEndpoint(
  answer: Answer,
  certificate?: { key: string; cert: string },
): Promise<RawEndpoint> {
  const requests: Buffer[] = [];
  const sockets: Socket[] = [];
  const accept = (socket: Socket) => {
    sockets.push(socket);
    // A client that goes away is what many tests are about.
    socket.on('error', () => socket.destroy());
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      for (let length = wholeRequest(pending); length > 0; length = wholeRequest(pending)) {
        const request = pending.subarray(0, length);
        pending = pending.subarray(length);
        requests.push(request);
        answer(socket, request);
      }
    });
  };
  const server = certificate === undefined ? createTcpServer(accept) : createTlsServer(certificate, accept);
  server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = { port: (server.address() as AddressInfo).port, requests, sockets };
  running.push({ server, endpoint });
  return endpoint;
}

/** Stops all endpoints that were started. */
export async function stopEndpoints(): Promise<void> {
  for (const { server, endpoint } of running.splice(0)) {
    server.close();
    for (const socket of endpoint.sockets) socket.destroy();
    await once(server, 'close');
  }
}

/** The length of the request at the start of the bytes; 0 while it is not whole. */
function wholeRequest(bytes: Buffer): number {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return 0;
  const length = /^content-length: (\d+)$/im.exec(bytes.toString('latin1', 0, headEnd));
  const end = headEnd + 4 + Number(length?.[1] ?? 0);
  return bytes.length < end ? 0 : end;
}
