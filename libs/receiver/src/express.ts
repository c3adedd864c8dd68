import { answerTo } from './answer.js';
import type { Payload } from './payloads.js';
import type { Receiver } from './receiver.js';
import { readBody } from './read-body.js';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What Express adds to a request, as far as it is needed here. */
interface ExpressRequest extends IncomingMessage {
  readonly originalUrl?: string;
  readonly body?: unknown;
}

/**
 * A handler for an Express route (4 or 5). It reads the raw body, so mount it before `express.json()`; a body that
 * `express.raw()` has read is used as it is. It answers 204 once `onPayload` has resolved, 200 to a duplicate, 400 where the
 * webhook is not genuine, and passes on whatever `onPayload` throws.
 *
 * ```ts
 * import { createReceiver } from '@belfry/receiver';
 * import { webhookHandler } from '@belfry/receiver/express';
 * import express from 'express';
 *
 * const receiver = createReceiver({ token: { parameter: 'token', value: 'a long random text' } });
 * const app = express();
 * app.post('/webhooks', webhookHandler(receiver, async (payload) => console.log(payload.event_type)));
 * ```
 */
export function webhookHandler(
  receiver: Receiver,
  onPayload: (payload: Payload, request: IncomingMessage) => unknown,
): (request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void) => void {
  const handle = async (request: ExpressRequest, response: ServerResponse): Promise<void> => {
    const body = request.body instanceof Uint8Array ? request.body : await readBody(request);
    const verified = receiver.verify(body, request.headers, request.originalUrl ?? request.url);
    const { status, text } = await answerTo(verified, (payload) => onPayload(payload, request));
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
  };
  return (request, response, next) => void handle(request, response).catch(next);
}
