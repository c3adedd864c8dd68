/** What Belfry speaks to, each of which can be put out of order: an endpoint and a mail server. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';

/** An HTTP server that answers with one status, or not at all. */
export class Endpoint {
  /** What it answers; null: nothing, until the connection ends. */
  status = 204;
  #server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (this.status !== null) response.writeHead(this.status).end();
    });
  });

  async start() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/in?token=secret`;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** An SMTP server that can go away and come back at the same port. */
export class MailServer {
  #server = null;
  #port = 0;

  async start() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, _session, done) => stream.resume().on('end', done),
    });
    // Clients that break off are what some faults are about.
    this.#server.on('error', () => undefined);
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server.server, 'listening');
    this.#port = this.#server.server.address().port;
  }

  get url() {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  async stop() {
    if (this.#server === null) return;
    for (const connection of this.#server.connections) connection.close();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#server = null;
  }
}
