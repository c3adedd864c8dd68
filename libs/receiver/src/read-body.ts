import type { Readable } from 'node:stream';

/** No webhook is longer: a payload has a few names and links. */
export const longestBody = 1024 * 1024;

/** Reads a request's body whole. Throws where somebody read it before, and where it is too long. */
export async function readBody(request: Readable): Promise<Uint8Array> {
  if (request.readableEnded || request.readableDidRead)
    throw new TypeError(
      'The body of this request was read before its webhook was verified. Mount webhookHandler before express.json().',
    );
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > longestBody)
      throw Object.assign(new Error('The body is too long for a webhook.'), { status: 413, statusCode: 413 });
    chunks.push(chunk);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
