/**
 * The endpoints of all accounts, in one HTTP server: each account's URL names how its endpoint behaves. Every arrival is
 * counted from its first byte on, by account and `Webhook-Id`: a webhook that comes twice is seen here, whatever Belfry
 * believes.
 */
import { listenAnywhere, portOf } from '@belfry/kit/ports';
import { createServer } from 'node:http';
import { nameOf } from './name-server.mjs';

/** The account of `HostileAccount`. */
export const hostileAccountId = 1_000;

/** How endpoints misbehave, beside those that are well. */
export const endpointFaults = ['slow', 'hang', 'drip', 'cut', 'cut answer', 'garbage', 'error', 'redirect'];

/**
 * What an endpoint saw of one webhook.
 * @typedef {{ arrivals: number, answered: boolean }} Received `answered`: a 2xx was written and sent
 */

/** The endpoints. */
export class Endpoints {
  /** @type {Map<string, Received>} by account and Webhook-Id */
  received = new Map();
  /** Requests that came because a redirect was followed, which it never should be. */
  followed = 0;
  /** How often each fault was shown. */
  shown = Object.fromEntries(endpointFaults.map((fault) => [fault, 0]));

  #server = createServer((request, response) => this.#take(request, response));
  #waiting = [];
  #random;

  /** @param {import('./seeded-random.mjs').SeededRandom} random */
  constructor(random) {
    this.#random = random;
  }

  async start() {
    // Webhooks of a process that was killed break off: that is not this server's fault.
    this.#server.on('clientError', (_error, socket) => socket.destroy());
    await listenAnywhere(this.#server);
  }

  /**
   * An account's webhook URL.
   * @param {number} accountId
   * @param {string} behaviour one of `endpointFaults` or `nameFaults`, or `well`
   */
  urlOf(accountId, behaviour) {
    return `http://${nameOf(accountId, behaviour)}:${portOf(this.#server)}/${accountId}/${encodeURIComponent(behaviour)}?token=secret`;
  }

  /**
   * What came of an event's webhook.
   * @param {number | string} accountId
   * @param {string} eventId
   * @returns {Received}
   */
  of(accountId, eventId) {
    return this.received.get(`${accountId} ${eventId}`) ?? { arrivals: 0, answered: false };
  }

  /** Resolves with the next arrival. */
  nextArrival() {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take(request, response) {
    const [accountId, behaviour] = new URL(request.url, 'http://endpoint').pathname.slice(1).split('/');
    if (accountId === 'followed') this.followed += 1;
    // What a hostile account has redelivered is not judged by how often it came.
    const received = Number(accountId) === hostileAccountId ? new Map() : this.received;
    const key = `${accountId} ${request.headers['webhook-id']}`;
    const seen = received.get(key) ?? { arrivals: 0, answered: false };
    seen.arrivals += 1;
    received.set(key, seen);
    for (const resolve of this.#waiting.splice(0)) resolve();
    response.on('finish', () => {
      if (response.statusCode < 300) seen.answered = true;
    });
    request.resume().on('end', () => this.#answer(decodeURIComponent(behaviour), request, response, seen));
  }

  #answer(behaviour, { socket }, response, seen) {
    if (behaviour in this.shown) this.shown[behaviour] += 1;
    switch (behaviour) {
      case 'slow':
        setTimeout(() => response.end('at last'), this.#random.between(20, 600));
        return;
      case 'hang':
        return;
      case 'drip': {
        response.writeHead(200, { 'content-length': '100000' });
        const drops = setInterval(() => response.write('.'), 100);
        socket.once('close', () => clearInterval(drops));
        return;
      }
      case 'cut':
        socket.destroy();
        return;
      case 'cut answer':
        // The status decides: this is a 2xx, whatever is missing behind it.
        seen.answered = true;
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this much');
        return;
      case 'garbage':
        socket.end(`\u0000\u0001${this.#random.next()} this is not HTTP\r\n\r\n`);
        return;
      case 'error':
        response.writeHead(500).end('{"error": "out of order"}');
        return;
      case 'redirect':
        response.writeHead(307, { location: '/followed/well' }).end();
        return;
      default:
        response.writeHead(204).end();
    }
  }
}
