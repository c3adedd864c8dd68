/** What Belfry speaks to, each of which can be put out of order: an endpoint and a mail server. */
import { listenAnywhere, portOf } from '@belfry/kit/ports';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';

/** An HTTP server that answers with one status, or not at all. */
export class Endpoint {
  url = '';
  /** What it answers; null: nothing, until the connection ends. */
  status = /** @type {number | null} */ (204);
  #server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (this.status !== null) response.writeHead(this.status).end();
    });
  });

  async start() {
    this.url = `http://127.0.0.1:${await listenAnywhere(this.#server)}/in?token=secret`;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** An SMTP server that can go away and come back at the same port. */
export class MailServer {
  /** @type {SMTPServer | null} */
  #server = null;
  #port = 0;

  async start() {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, _session, done) => stream.resume().on('end', done),
    });
    // Clients that break off are what some faults are about.
    server.on('error', () => undefined);
    server.listen(this.#port, '127.0.0.1');
    await once(server.server, 'listening');
    this.#port = portOf(server.server);
    this.#server = server;
  }

  get url() {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  async stop() {
    const server = this.#server;
    if (server === null) return;
    for (const connection of server.connections) connection.close();
    await new Promise((resolve) => server.close(() => resolve(undefined)));
    this.#server = null;
  }
}
