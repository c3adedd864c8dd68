/** How request bodies are read: JSON alone, in UTF-8, as it stands, within limits of size, depth, values and memory. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { batchLimits, bodyLimits, hasBody, limitsOf, type BodyLimits } from './body-limits.js';
import { callerOf, type BodyMemory, type HeldBody } from './body-memory.js';
import { excessIn } from './json-bounds.js';
import { problemDocument } from '@belfry/contract';
import { invalid, ProblemException } from './problem.js';

const batchPath = '/v1/events/batch';
const utf8 = new TextDecoder('utf-8', { fatal: true });
const types = ['application/json', 'application/merge-patch+json'];

/** Makes the server read JSON and nothing else. Must be called before routes are registered. */
export function acceptJsonOnly(server: FastifyInstance, memory: BodyMemory): void {
  server.removeAllContentTypeParsers();
  server.addHook('onRoute', (route) => {
    if (route.url === batchPath) route.bodyLimit = batchLimits.bytes;
  });
  const held = new WeakMap<FastifyRequest, HeldBody>();
  server.addHook('preParsing', (request, reply, _payload, done) => {
    if (hasBody(request)) {
      const body = memory.hold(callerOf(request), limitsOf(request));
      held.set(request, body);
      // Until it is answered, or the connection breaks: what was parsed of it is needed as long.
      reply.raw.once('close', () => body.release());
    }
    done();
  });
  server.addContentTypeParser(types, (request, payload: Readable, done) => {
    if (request.method !== 'PATCH' && /merge-patch/i.test(request.headers['content-type'] ?? '')) {
      done(unsupported('Send the body as application/json.'));
      return;
    }
    const body = held.get(request);
    if (body === undefined) {
      // Many clients name a type with nothing to go with it; whether there must be something, the route knows.
      done(null, undefined);
      return;
    }
    const limits = limitsOf(request);
    const announced = Number(request.headers['content-length'] ?? limits.bytes);
    readWhole(payload, announced, limits.bytes, body, done, (bytes) => parse(bytes, limits, done));
  });
}

/** What the head of a request already says against its body; null for nothing. */
export function refusedByItsHead(request: FastifyRequest): ProblemException | null {
  if (!hasBody(request) || request.method === 'GET' || request.method === 'HEAD') return null;
  const coding = request.headers['content-encoding'];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'identity') {
    const detail =
      'Compressed bodies are not supported. Send the body uncompressed, without Content-Encoding.';
    // RFC 9110 section 15.5.16: what would have been taken.
    return unsupported(detail, { 'Accept-Encoding': 'identity' });
  }
  return Number(request.headers['content-length']) > limitsOf(request).bytes ? tooLarge() : null;
}

/** The least piece of memory that is taken for a body whose end has not come. */
const leastPiece = 4096;

/** Reads a body into one piece of memory, which grows with what has come: what is only announced takes none. */
function readWhole(
  payload: Readable,
  announced: number,
  most: number,
  body: HeldBody,
  refuse: (error: Error) => void,
  take: (bytes: Buffer) => void,
): void {
  let memory = Buffer.alloc(0);
  let length = 0;
  const stop = (error: Error) => {
    payload.off('data', add);
    payload.off('end', end);
    refuse(error);
  };
  const add = (chunk: Buffer) => {
    const needed = length + chunk.length;
    if (needed > most) {
      stop(tooLarge());
      return;
    }
    if (needed > memory.length) {
      const size = Math.max(needed, Math.min(announced, Math.max(leastPiece, 2 * memory.length)));
      if (!body.take(size - memory.length)) {
        stop(tooBusy());
        return;
      }
      const larger = Buffer.allocUnsafe(size);
      memory.copy(larger, 0, 0, length);
      memory = larger;
    }
    chunk.copy(memory, length);
    length = needed;
  };
  const end = () => take(memory.subarray(0, length));
  payload.on('data', add);
  payload.once('end', end);
  payload.once('error', stop);
}

/** Parses a body; ends in a problem that says where it stops being JSON, or what it has too much of. */
function parse(body: Buffer, limits: BodyLimits, done: (error: Error | null, value?: unknown) => void): void {
  if (body.length === 0) return done(null, undefined);
  const excess = excessIn(body, limits);
  if (excess !== null) return done(wrong(excess));
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return done(wrong('is not valid UTF-8'));
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // V8's message quotes a piece of the body; the place is enough, and holds no secret.
    const place = /position (\d+)/.exec((error as SyntaxError).message)?.[1];
    return done(wrong(`is not valid JSON${place ? ` from character ${place} on` : ''}`));
  }
  done(null, value);
}

function wrong(message: string): ProblemException {
  return invalid([{ pointer: '', message }]);
}

/** The answer to a body of another kind. */
function unsupported(detail: string, headers?: Readonly<Record<string, string>>): ProblemException {
  return new ProblemException(problemDocument('unsupported-media-type', detail), headers);
}

function tooLarge(): ProblemException {
  return new ProblemException(problemDocument('body-too-large', bodySizes));
}

function tooBusy(): ProblemException {
  const detail = 'The memory for request bodies is full. Please try again in a moment.';
  return new ProblemException(problemDocument('busy', detail), { 'Retry-After': '1' });
}

/** What is said of a body that is too large. */
export const bodySizes = `The body is too large. The limit is ${bodyLimits.bytes / 1024} KiB, and ${batchLimits.bytes / 1024 ** 2} MiB for a batch of events.`;
