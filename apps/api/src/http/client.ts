/** The address that a request comes from, as `TRUST_PROXY` lets it be seen. */
import { clientAddress, type TrustedProxies } from '@belfry/domain';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The client's address: of the connection, or as a trusted proxy names it. */
    client: string;
  }
}

/** Notes the client of every request that is routed. Call it before all that asks for it. */
export function noteClients(server: FastifyInstance, trusted: TrustedProxies): void {
  server.decorateRequest('client', '');
  server.addHook('onRequest', (request, _reply, done) => {
    noteClient(request, trusted);
    done();
  });
}

/** Notes the client of a request that reaches no hook. At once: a connection that was closed has no address any more. */
export function noteClient(request: FastifyRequest, trusted: TrustedProxies): void {
  // Several such headers are one list, in their order (RFC 9110 section 5.3); Node joins them.
  const forwardedFor = request.headers['x-forwarded-for'];
  request.client = clientAddress(request.socket.remoteAddress ?? '', forwardedFor?.toString(), trusted);
}
