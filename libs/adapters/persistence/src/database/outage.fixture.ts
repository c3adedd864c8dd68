import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a database that can be cut and mended, as a network can. */
export interface BreakableWay {
  /** The database's URL through this way. */
  readonly url: string;
  /** Breaks all connections, and refuses new ones. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Forwards connections on loopback to the database of the URL, be it on a port or a unix socket. */
export async function breakableWayTo(databaseUrl: string): Promise<BreakableWay> {
  const target = new URL(databaseUrl);
  const host = target.searchParams.get('host') ?? target.hostname;
  const port = Number(target.port === '' ? 5432 : target.port);
  const sockets = new Set<Socket>();
  let broken = false;
  const server = createServer((inside) => {
    if (broken) return void inside.destroy();
    const outside = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    for (const [socket, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      // A broken pipe ends both ends: that is what is being tested.
      socket.on('error', () => other.destroy()).on('close', () => sockets.delete(socket));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const url = new URL(databaseUrl);
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    broken = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut,
    mend: () => (broken = false),
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
