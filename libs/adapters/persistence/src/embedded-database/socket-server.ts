import type { PGLiteSocketHandler, PGLiteSocketHandlerOptions } from '@electric-sql/pglite-socket';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { SessionTurnstile, type ProtocolSession } from './session-turnstile.js';
import type { Upkeep } from './upkeep.js';

/** An owner that ends lets those that joined it finish: 5 s, where a tool is done in one. */
const finishWithin = { times: 100, everyMs: 50 };

/** Serves PGlite on a unix socket. */
export interface SocketServer {
  /** Stops listening, gives other processes some seconds to finish, then cuts all connections and rolls back what they left open. */
  close(): Promise<void>;
}

/**
 * Listens on the path, replacing any socket that a dead process left there: the caller holds the folder's lock.
 * Connections are pglite-socket's; the order in which they use the one session is the turnstile's.
 */
export async function serveOnSocket(
  session: ProtocolSession,
  path: string,
  { idleInTransactionMs, upkeep }: { readonly idleInTransactionMs: number; readonly upkeep: Upkeep },
): Promise<SocketServer> {
  const { PGLiteSocketHandler } = await import('@electric-sql/pglite-socket');
  const connections = new Map<number, PGLiteSocketHandler>();
  const cut = (connection: number) => {
    void connections.get(connection)?.detach(true);
    connections.delete(connection);
  };
  const turnstile = new SessionTurnstile(session, idleInTransactionMs, cut, (bytes) => upkeep.due(bytes));

  const server = createServer((socket) => {
    const connection = new PGLiteSocketHandler({
      // The library's type names its own class, of which these are all the methods it calls.
      queryQueue: turnstile as unknown as PGLiteSocketHandlerOptions['queryQueue'],
      closeOnDetach: true,
    });
    connections.set(connection.handlerId, connection);
    for (const end of ['close', 'error']) {
      connection.addEventListener(end, () => connections.delete(connection.handlerId));
    }
    void connection.attach(socket);
  });

  await rm(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (let asked = 0; connections.size > 0 && asked < finishWithin.times; asked += 1) {
        await pause(finishWithin.everyMs);
      }
      await Promise.all([...connections.values()].map((connection) => connection.detach(true)));
      await closed;
    },
  };
}
