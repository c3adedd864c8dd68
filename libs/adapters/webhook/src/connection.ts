import type { Socket } from 'node:net';

/** Who uses a connection at the moment, and hears of it. */
export interface ConnectionUser {
  opened?(): void;
  received(chunk: Buffer): void;
  /** It is over: by an error, or closed without one. Said once or more. */
  ended(error: Error | null): void;
}

/** A connection to an endpoint, which passes from user to user. Listeners are put on its socket once, not for each webhook. */
export class Connection {
  readonly openedAt = performance.now();
  #user: ConnectionUser | null = null;
  #isOpen = false;

  constructor(
    private readonly socket: Socket,
    openEvent: 'connect' | 'secureConnect',
    whenClosed: (connection: Connection) => void,
  ) {
    socket
      .once(openEvent, () => {
        this.#isOpen = true;
        this.#user?.opened?.();
      })
      .on('data', (chunk: Buffer) => this.#user?.received(chunk))
      .on('end', () => this.#user?.ended(null))
      // What arrives on a connection that is not in use belongs to no exchange.
      .on('error', (error) => this.#user?.ended(error))
      .once('close', () => {
        this.#user?.ended(null);
        whenClosed(this);
      });
  }

  /** Says whether it may be written to. */
  get isOpen(): boolean {
    return this.#isOpen && !this.socket.destroyed;
  }

  /** The address that it leads to; undefined where the peer has closed already. */
  get remoteAddress(): string | undefined {
    return this.socket.remoteAddress;
  }

  /** Who hears of it from now on; null for no one. */
  use(user: ConnectionUser | null): void {
    this.#user = user;
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** Closes it at once; its user hears nothing more. */
  close(): void {
    this.#user = null;
    this.socket.destroy();
  }
}
