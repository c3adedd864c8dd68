/** A server that speaks SMTP by a script, for what a well-behaved one never does: hang, cut the line, refuse to greet. */
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface ScriptedServer {
  readonly url: string;
  /** How many connections came. */
  connections(): number;
  /** Calls back for each connection from now on. */
  onConnection(act: (socket: Socket) => void): void;
  close(): Promise<void>;
}

/** Answers a line from the client, the end of a message included (`.`); undefined: no answer. */
export type Script = (line: string, socket: Socket) => string | undefined;

/** A line that is a command or the end of a message, and no line within one, as far as mails of ours go. */
export const isCommand = /^((EHLO|HELO|MAIL FROM:|RCPT TO:|AUTH) ?.+|(DATA|RSET|QUIT|STARTTLS|\.)$)/;

/** A server that takes every command and every message. */
export const obliging: Script = (line) => {
  if (line === 'DATA') return '354 go ahead';
  return isCommand.test(line) ? '250 fine' : undefined;
};

export async function startScripted(
  script: Script,
  greeting: string | null = '220 ready',
): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // The client breaks off, or this server does: both are the point.
    socket.on('error', () => undefined);
    if (greeting !== null) socket.write(`${greeting}\r\n`);
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop()!;
      for (const line of lines) {
        const answer = script(line, socket);
        if (answer !== undefined && socket.writable) socket.write(`${answer}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    onConnection: (act) => void server.on('connection', act),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
