/**
 * An SMTP server (RFC 5321) that can be told to misbehave for a while. It keeps count by `Message-ID`, which is the same
 * for every try of a delivery: how often a mail was received whole, and what the client was told.
 */
import { listenAnywhere, portOf } from '@belfry/kit/ports';
import { createServer } from 'node:net';

/** How the server misbehaves. Those before the last two refuse; the last two leave the client not knowing. */
export const mailFaults = ['421', '451', '550', 'silence', 'cut in the message', 'cut after the message'];

/** While a fault lasts, this share of mails meets it. */
const share = 0.6;

/**
 * What the server saw of one mail.
 * `taken`: whole, and answered 250;
 * `unanswered`: whole, and then the connection was cut; `refused`: answered 550.
 * @typedef {{ taken: number, unanswered: number, refused: number }} Mail
 */

/** The mail server. */
export class MailServer {
  /** @type {Map<string, Mail>} by the delivery's id, which is the first part of the Message-ID */
  mails = new Map();
  /** How often each fault was shown to a client. */
  shown = Object.fromEntries(mailFaults.map((fault) => [fault, 0]));

  #server = createServer((socket) => new Session(socket, this));
  #sockets = new Set();
  /** @type {string | null} */
  #fault = null;
  #random;

  /** @param {import('./seeded-random.mjs').SeededRandom} random */
  constructor(random) {
    this.#random = random;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      // Connections of a process that was killed break off.
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    });
  }

  async start() {
    await listenAnywhere(this.#server);
  }

  get url() {
    return `smtp://127.0.0.1:${portOf(this.#server)}`;
  }

  /**
   * Begins to misbehave.
   * @param {string} fault one of `mailFaults`
   */
  misbehave(fault) {
    this.#fault = fault;
  }

  /** Behaves well again. Connections that were left without an answer are cut, as by a restart of the server. */
  mend() {
    const wasSilent = this.#fault === 'silence';
    this.#fault = null;
    if (wasSilent) for (const socket of this.#sockets) socket.destroy();
  }

  /**
   * Whether a fault is to be shown now.
   * @param {string} fault
   */
  shows(fault) {
    if (this.#fault !== fault || !this.#random.happens(share)) return false;
    this.shown[fault] += 1;
    return true;
  }

  /**
   * What was seen of a mail, to be counted on.
   * @param {string} deliveryId
   * @returns {Mail}
   */
  of(deliveryId) {
    const mail = this.mails.get(deliveryId) ?? { taken: 0, unanswered: 0, refused: 0 };
    this.mails.set(deliveryId, mail);
    return mail;
  }

  stop() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** One client's connection. */
class Session {
  #socket;
  #server;
  #rest = '';
  /** @type {string[] | null} The lines of the message under way; null between messages. */
  #message = null;
  /** Whether this message is to break off in its middle. */
  #breaksOff = false;

  constructor(socket, server) {
    this.#socket = socket;
    this.#server = server;
    if (server.shows('421')) socket.end('421 too busy\r\n');
    else if (!server.shows('silence')) this.#say('220 ready');
    socket.on('data', (chunk) => this.#read(chunk.toString('latin1')));
  }

  #read(text) {
    const lines = (this.#rest + text).split('\r\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (this.#socket.destroyed) return;
      if (this.#message === null) this.#command(line);
      else if (line === '.') this.#endMessage();
      else if (this.#breaksOff) this.#socket.destroy();
      else this.#message.push(line);
    }
  }

  #command(line) {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'MAIL' && this.#server.shows('421')) this.#socket.end('421 closing the connection\r\n');
    else if (verb === 'RCPT' && this.#server.shows('451')) this.#say('451 try again later');
    else if (verb === 'DATA' && this.#server.shows('silence')) return;
    else if (verb === 'DATA') {
      this.#message = [];
      this.#breaksOff = this.#server.shows('cut in the message');
      this.#say('354 go ahead');
    } else if (verb === 'QUIT') this.#socket.end('221 bye\r\n');
    else this.#say('250 fine');
  }

  #endMessage() {
    const [, deliveryId] = /^Message-ID: <([^@>]+)@/im.exec(this.#message?.join('\n') ?? '') ?? [];
    this.#message = null;
    if (deliveryId === undefined) throw new Error('a mail came without a Message-ID');
    const mail = this.#server.of(deliveryId);
    if (this.#server.shows('550')) {
      mail.refused += 1;
      this.#say('550 not wanted here');
    } else if (this.#server.shows('cut after the message')) {
      mail.unanswered += 1;
      this.#socket.destroy();
    } else {
      mail.taken += 1;
      this.#say('250 taken');
    }
  }

  #say(line) {
    if (this.#socket.writable) this.#socket.write(`${line}\r\n`);
  }
}
