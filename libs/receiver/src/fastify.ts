import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { answerTo } from './answer.js';
import type { Payload } from './payloads.js';
import { longestBody } from './read-body.js';
import type { Receiver } from './receiver.js';

/** What the plugin needs. */
export interface WebhookRouteOptions {
  /** The path that webhooks are sent to. */
  readonly path: string;
  readonly receiver: Receiver;
  /** Called with each genuine webhook; the answer waits for it. */
  readonly onPayload: (payload: Payload, request: FastifyRequest) => unknown;
}

/**
 * A Fastify plugin (5) with one route, `POST path`. Bodies are kept raw in this route alone. It answers 204 once
 * `onPayload` has resolved, 200 to a duplicate, 400 where the webhook is not genuine, and passes on whatever `onPayload` throws.
 *
 * ```ts
 * import { createReceiver } from '@belfry/receiver';
 * import { webhookRoute } from '@belfry/receiver/fastify';
 * import fastify from 'fastify';
 *
 * const receiver = createReceiver({ token: { parameter: 'token', value: 'a long random text' } });
 * const app = fastify();
 * await app.register(webhookRoute, {
 *   path: '/webhooks',
 *   receiver,
 *   onPayload: (payload) => console.log(payload.event_type),
 * });
 * ```
 */
// eslint-disable-next-line @typescript-eslint/require-await -- a plugin without a callback is one that answers a promise
export const webhookRoute: FastifyPluginAsync<WebhookRouteOptions> = async (server, options) => {
  const { path, receiver, onPayload } = options;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: longestBody }, (_request, body, done) =>
    done(null, body),
  );
  server.post(path, async (request, reply) => {
    const body = request.body instanceof Uint8Array ? request.body : '';
    const verified = receiver.verify(body, request.headers, request.url);
    const { status, text } = await answerTo(verified, (payload) => onPayload(payload, request));
    return reply.status(status).type('text/plain').send(text);
  });
};
