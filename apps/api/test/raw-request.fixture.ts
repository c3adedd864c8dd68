import { connect, type Socket } from 'node:net';

/** A connection to the API on which bytes are sent as they stand. */
export class RawConnection {
  text = '';
  /** How the connection broke, such as EPIPE; null where it did not. */
  error: string | null = null;
  isEnded = false;
  private readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('data', (bytes) => (this.text += String(bytes)));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code ?? error.message));
    this.socket.on('end', () => (this.isEnded = true));
    this.socket.on('close', () => (this.isEnded = true));
  }

  /** The status of the last answer so far; null where there is none. */
  get status(): number | null {
    const last = [...this.text.matchAll(/HTTP\/1\.1 (\d{3})/g)].at(-1)?.[1];
    return last === undefined ? null : Number(last);
  }

  /** Writes, and waits until the system has taken it all: so long as the other side reads, or until the connection broke. */
  write(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.socket.once('close', resolve);
      this.socket.write(bytes, () => {
        this.socket.off('close', resolve);
        resolve();
      });
    });
  }

  end(): void {
    this.socket.destroy();
  }
}

/** The head of a request without a key, which announces a body of JSON. */
export function strangersHead(
  method: string,
  path: string,
  length: number,
  more: readonly string[] = [],
): string {
  return [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${length}`,
    ...more,
    '',
    '',
  ].join('\r\n');
}
