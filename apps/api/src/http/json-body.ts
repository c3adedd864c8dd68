/** How request bodies are read: JSON alone, in UTF-8, within a size. */
import type { FastifyInstance } from 'fastify';
import { invalid, problemDocument, ProblemException } from './problem.js';

/** The most bytes of a body. */
export const maximumBody = 64 * 1024;
/** The most bytes of a batch of events. */
export const maximumBatchBody = 4 * 1024 * 1024;

const batchPath = '/v1/events/batch';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Makes the server read JSON and nothing else. Must be called before routes are registered. */
export function acceptJsonOnly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addHook('onRoute', (route) => {
    if (route.url === batchPath) route.bodyLimit = maximumBatchBody;
  });
  const types = ['application/json', 'application/merge-patch+json'];
  server.addContentTypeParser(types, { parseAs: 'buffer' }, (request, body, done) => {
    if (request.method !== 'PATCH' && /merge-patch/i.test(request.headers['content-type'] ?? '')) {
      done(
        new ProblemException(problemDocument('unsupported-media-type', 'Send the body as application/json.')),
      );
      return;
    }
    try {
      // Many clients name a type with nothing to go with it; whether there must be something, the route knows.
      done(null, body.length === 0 ? undefined : parseJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Parses a body; throws a problem that says where it stops being JSON. */
function parseJson(body: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw notJson('is not valid UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8's message quotes a piece of the body; the place is enough, and holds no secret.
    const place = /position (\d+)/.exec((error as SyntaxError).message)?.[1];
    throw notJson(`is not JSON${place ? ` from character ${place} on` : ''}`);
  }
}

function notJson(message: string): ProblemException {
  return invalid([{ pointer: '', message }]);
}
