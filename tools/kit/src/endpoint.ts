/** An endpoint of an account. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { listenAnywhere } from './ports.ts';

/** A request as it came over the wire. */
export interface RawRequest {
  readonly head: string;
  readonly body: string;
}

/** What an endpoint does with a request. */
export type Behaviour = (request: RawRequest, socket: Socket) => void;

/** Answers 200 and keeps the connection. */
export const receive: Behaviour = (_request, socket) => {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
};

/** An endpoint that shows the very bytes it was sent. */
export class Endpoint {
  readonly requests: RawRequest[] = [];
  readonly #sockets = new Set<Socket>();

  behaviour: Behaviour;
  readonly #server: Server;

  private constructor(server: Server, behaviour: Behaviour) {
    this.#server = server;
    this.behaviour = behaviour;
  }

  static async start(behaviour: Behaviour = receive): Promise<Endpoint> {
    const server = createServer();
    const endpoint = new Endpoint(server, behaviour);
    server.on('connection', (socket) => endpoint.#read(socket));
    await listenAnywhere(server);
    return endpoint;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(path = '/in?token=s3cret'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #read(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A sender that goes away is what some tests are about.
    socket.on('error', () => socket.destroy());
    let received = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      for (;;) {
        const end = received.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = received.subarray(0, end).toString();
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (received.length < end + 4 + length) return;
        const request = { head, body: received.subarray(end + 4, end + 4 + length).toString() };
        received = received.subarray(end + 4 + length);
        this.requests.push(request);
        this.behaviour(request, socket);
      }
    });
  }
}
