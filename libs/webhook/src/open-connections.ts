import type { Socket } from 'node:net';
import { type Agent, Client, type Dispatcher } from 'undici';

/**
 * Knows the open connections and closes idle ones, the oldest first, while there are more than `limit`. undici bounds
 * connections per origin only: a burst of events to thousands of endpoints would leave as many idle sockets behind.
 */
export class OpenConnections {
  readonly #sockets = new Map<Client, Socket>();
  #latest: Socket | null = null;

  constructor(private readonly limit: number) {}

  /** How many there are, busy or idle. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Counts the agent's connections from now on. */
  watch(agent: Agent): void {
    agent.on('connect', (_origin, targets) => {
      const client = clientOf(targets);
      if (client === null || this.#latest === null) return;
      this.#sockets.set(client, this.#latest);
      this.#latest = null;
      this.#closeIdle();
    });
    agent.on('disconnect', (_origin, targets) => {
      const client = clientOf(targets);
      if (client !== null) this.#sockets.delete(client);
    });
  }

  /** To be called with each socket right before undici gets it: undici says `connect` in the same breath. */
  opened(socket: Socket): void {
    this.#latest = socket;
  }

  #closeIdle(): void {
    if (this.#sockets.size <= this.limit) return;
    for (const [client, socket] of this.#sockets) {
      if (client.stats.size > 0) continue;
      socket.destroy();
      this.#sockets.delete(client);
      if (this.#sockets.size <= this.limit) return;
    }
  }
}

/** The last of an event's targets is the one connection that the event is about. */
function clientOf(targets: readonly Dispatcher[]): Client | null {
  const last = targets.at(-1);
  return last instanceof Client ? last : null;
}
