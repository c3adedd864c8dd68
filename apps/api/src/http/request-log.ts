/**
 * One line per request, written when its answer has gone out: what was asked for, by whom, with what result, and the ids
 * that lead on: a publish names its events, and the line of every delivery outcome names its event.
 *
 * The line names the route, never the URL: a path may hold a portal link's secret, and a query anything at all.
 */
import { loggableError } from '@belfry/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';

interface NotedRequest extends FastifyRequest {
  noted?: Record<string, unknown>;
  fault?: unknown;
}

const header = 'x-request-id';
/** Tells this process's requests from those of others, and of its own past. */
const ofThisProcess = randomBytes(4).toString('hex');
let count = 0;

/** The id of a request: the caller's own `X-Request-Id` where it is short and plain, otherwise one made here. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[header];
  if (typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given)) return given;
  count += 1;
  return `${ofThisProcess}-${count.toString(36)}`;
}

/** Adds fields to the request's line. */
export function note(request: FastifyRequest, fields: Readonly<Record<string, unknown>>): void {
  const noted = request as NotedRequest;
  noted.noted = { ...noted.noted, ...fields };
}

/** Notes what went wrong on our side; the request's line tells it. */
export function noteFault(request: FastifyRequest, fault: unknown): void {
  (request as NotedRequest).fault = fault;
}

/** Writes a line for every request that is routed, and answers its id as `X-Request-Id`. Call it before routes are registered. */
export function logRequests(server: FastifyInstance, logger: Logger): void {
  // Declared up front, so that all requests have one shape.
  for (const field of ['principal', 'noted', 'fault']) server.decorateRequest(field, undefined);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header(header, request.id);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    writeLine(request, reply, logger);
    done();
  });
}

/** Writes the line of a request that Fastify's router refused, which reaches no hook. Call it before the answer is sent. */
export function logUnrouted(request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  reply.header(header, request.id);
  reply.raw.once('close', () => writeLine(request, reply, logger));
}

function writeLine(request: NotedRequest, reply: FastifyReply, logger: Logger): void {
  const { principal, noted, fault } = request;
  const { url: route = null } = request.routeOptions;
  const status = reply.statusCode;
  const level = levelOf(status, route);
  if (!logger.isLevelEnabled(level)) return;
  const { accountId } = (request.params ?? {}) as { accountId?: string };
  logger[level](
    {
      request_id: request.id,
      method: request.method,
      route,
      status,
      duration_ms: Math.round(reply.elapsedTime * 10) / 10,
      ...(accountId !== undefined && /^\d{1,16}$/.test(accountId) ? { account_id: Number(accountId) } : {}),
      client: request.client,
      ...(principal === undefined ? {} : { caller: `${principal.kind} ${principal.id}` }),
      ...noted,
      ...(fault === undefined ? {} : { error: loggableError(fault, { stack: status === 500 }) }),
    },
    status === 500 ? 'request failed' : 'request',
  );
}

/** What probes and scrapers ask for every few seconds is of interest when debugging alone. */
function levelOf(status: number, route: string | null): 'error' | 'warn' | 'info' | 'debug' {
  if (route?.startsWith('/health/') || route === '/metrics') return 'debug';
  if (status >= 500) return status === 503 ? 'warn' : 'error';
  return 'info';
}
