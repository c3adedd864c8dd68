/** Measures every request that is routed, and follows it where traces are sent. Probes and scrapes are passed over. */
import type { Metrics, RequestSpan, Tracing } from '@belfry/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Observes the durations of answers. Call it before routes are registered. */
export function measureRequests(server: FastifyInstance, metrics: Metrics): void {
  server.addHook('onResponse', (request, reply, done) => {
    if (!isOfAMachine(request)) {
      const { url: route = 'unknown' } = request.routeOptions;
      metrics.answered(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    }
    done();
  });
}

/**
 * Makes a span of every request that was let in. Call it before routes are registered, and after `guardRequests`: a
 * stranger makes no spans, and so nothing that is sent to a collector.
 */
export function traceRequests(server: FastifyInstance, tracing: Tracing): void {
  const spans = new WeakMap<FastifyRequest, RequestSpan>();
  server.addHook('onRequest', (request, _reply, done) => {
    if (!isOfAMachine(request)) {
      const followed = isOfThePlatform(request) ? request.headers : {};
      spans.set(request, tracing.request(request.method, request.routeOptions.url, followed));
    }
    done();
  });
  // Here and not before: reading a body goes on in the connection's own context.
  server.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else span.run(done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    spans.get(request)?.end(reply.statusCode);
    done();
  });
  server.addHook('onRequestAbort', (request, done) => {
    spans.get(request)?.end(null);
    done();
  });
}

/** Whose `traceparent` is followed. An account, or a stranger, could make what belongs to nobody look like one trace, or have everything sampled. */
function isOfThePlatform({ principal }: FastifyRequest): boolean {
  return principal?.kind === 'key' && principal.accountId === null;
}

function isOfAMachine({ routeOptions: { url } }: FastifyRequest): boolean {
  return url === '/metrics' || url === '/health/live' || url === '/health/ready';
}
