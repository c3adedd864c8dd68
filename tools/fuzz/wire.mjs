/** Sends a request as it was made up, and says what came back. What Node's client would put right goes out as bytes. */
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';

const answersWithinMs = 30_000;
/** A request that never ends its body gets no answer; the connection is ended after this long. */
const unfinishedMs = 150;

/** @typedef {{ status: number | null, type: string, text: string, ended: string | null }} WireAnswer */

/** A client of one API process. */
export class Wire {
  #agent;
  #url;
  /** Connections that a request went over. Node's own mark, `reusedSocket`, misses some. */
  #used = new WeakSet();

  /** @param {string} url @param {number} connections */
  constructor(url, connections) {
    this.#url = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Sends; answers with the status, or with null and why there is none. @returns {Promise<WireAnswer>} */
  send(request) {
    return request.framing === 'right' ? this.#sendWhole(request) : this.#sendRaw(request);
  }

  close() {
    this.#agent.destroy();
  }

  #sendWhole(request, agent = /** @type {Agent | false} */ (this.#agent)) {
    const { method, path, query, headers, body } = request;
    return new Promise((resolve) => {
      const sent = httpRequest({
        agent,
        host: this.#url.hostname,
        port: this.#url.port,
        method,
        path: query === '' ? path : `${path}?${query}`,
        headers: { ...withoutUndefined(headers), 'content-length': body === undefined ? 0 : body.length },
        timeout: answersWithinMs,
      });
      let isUsed = false;
      sent.on('socket', (socket) => {
        isUsed = this.#used.has(socket);
        this.#used.add(socket);
      });
      /** @param {string} why */
      const fail = (why) => resolve({ status: null, type: '', text: '', ended: why });
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${answersWithinMs} ms`)));
      sent.on('error', (error) => {
        // A kept connection that the server was just closing, as it does after 413 or 431: no answer to this request.
        if (isUsed && isClosing(error)) resolve(this.#sendWhole(request, false));
        else fail(error.message);
      });
      sent.on('response', (response) => {
        const pieces = [];
        response.on('data', (piece) => pieces.push(piece));
        response.on('error', (error) => fail(error.message));
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            type: response.headers['content-type'] ?? '',
            text: Buffer.concat(pieces).toString(),
            ended: null,
          }),
        );
      });
      // `Expect: 100-continue` included: a client may send its body without waiting.
      sent.end(body);
    });
  }

  #sendRaw({ method, path, query, headers, body = Buffer.alloc(0), framing }) {
    const target = query === '' ? path : `${path}?${query}`;
    const lines = Object.entries(withoutUndefined(headers)).map(([name, value]) => `${name}: ${value}`);
    const { head, content } = framed(framing, body);
    const bytes = Buffer.concat([
      Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: ${this.#url.host}\r\nConnection: close\r\n`),
      Buffer.from([...lines, ...head].join('\r\n') + '\r\n\r\n', 'latin1'),
      content,
    ]);
    return new Promise((resolve) => {
      const pieces = [];
      const socket = connect(Number(this.#url.port), this.#url.hostname, () => socket.write(bytes));
      const end = setTimeout(() => socket.destroy(), framing === 'too long' ? unfinishedMs : answersWithinMs);
      const isStalled = framing.startsWith('stalled');
      let why = null;
      socket.on('data', (piece) => {
        pieces.push(piece);
        // Nothing more is sent: that there is an answer is all that was waited for.
        if (isStalled) socket.end();
      });
      // The server may end the connection before it has read all that was sent.
      socket.on('error', (error) => (why = error.message));
      socket.on('close', () => {
        clearTimeout(end);
        const text = Buffer.concat(pieces).toString();
        // The first that is no interim answer.
        const status = /^HTTP\/1\.[01] ([2-5]\d\d) /m.exec(text)?.[1];
        resolve({
          status: status === undefined ? null : Number(status),
          type: '',
          text,
          ended: why ?? 'closed',
        });
      });
    });
  }
}

/** @param {NodeJS.ErrnoException} error */
function isClosing({ code }) {
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function framed(framing, body) {
  const length = (text) => ({ head: [`Content-Length: ${text}`], content: body });
  const chunk = Buffer.concat([
    Buffer.from(`${body.length.toString(16)}\r\n`),
    body,
    Buffer.from('\r\n0\r\n\r\n'),
  ]);
  const chunked = 'Transfer-Encoding: chunked';
  switch (framing) {
    case 'too short':
      return length(Math.max(0, body.length - 3));
    case 'too long':
      return length(body.length + 10);
    case 'negative':
      return length('-1');
    case 'no number':
      return length('0x10');
    case 'twice':
      return {
        head: [`Content-Length: ${body.length}`, `Content-Length: ${body.length + 1}`],
        content: body,
      };
    case 'chunked':
      return { head: [chunked], content: body.length === 0 ? Buffer.from('0\r\n\r\n') : chunk };
    case 'bad chunk':
      return { head: [chunked], content: Buffer.concat([Buffer.from('zz\r\n'), body]) };
    case 'both':
      return { head: [chunked, `Content-Length: ${body.length}`], content: chunk };
    case 'stalled':
      return { head: [`Content-Length: ${body.length + 10}`], content: body };
    case 'stalled in a chunk':
      return { head: [chunked], content: chunk.subarray(0, Math.max(1, chunk.length - 10)) };
    default:
      throw new Error(`there is no framing ${framing}`);
  }
}

function withoutUndefined(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}
