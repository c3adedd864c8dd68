import { ReadTooSlow, StorageUnavailable } from '@belfry/application';
import {
  Catch,
  HttpException,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { bodySizes } from './json-body.js';
import { noteFault } from './request-log.js';
import { RouteTable } from './route-table.js';
import { problemDocument, type ProblemDocument, type ProblemKind } from '@belfry/contract';
import { ProblemException, type AnyProblem } from './problem.js';

/** How long a caller is asked to wait while the database is away, in seconds. */
const retryAfterSeconds = '2';

/** What Fastify says of a request that it could not take, and what we call it. */
const fastifyProblems: Readonly<Record<string, ProblemKind>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  // Longer than any id: the id of nothing.
  FST_ERR_MAX_PARAM_LENGTH: 'not-found',
};

const byStatus: Readonly<Record<number, ProblemKind>> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'body-too-large',
  415: 'unsupported-media-type',
};

/** Turns every exception of a handler into a problem document, and answers what no handler takes. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    // Nest's own exception, which our handlers never throw: there is no such route.
    if (error instanceof NotFoundException) routeProblem(this.routes.nothingAt(reply.request.url), reply);
    else routeProblem(error, reply);
  }
}

/** Answers an error by a problem document. What is not the caller's fault is noted for the log, and not shown. */
export function routeProblem(error: unknown, reply: FastifyReply): void {
  if (error instanceof ProblemException) {
    sendProblem(reply, error.document, error.headers);
    return;
  }
  if (error instanceof StorageUnavailable) {
    noteFault(reply.request, error);
    const document = problemDocument('storage-unavailable', unavailableDetail(error));
    sendProblem(reply, document, { 'Retry-After': retryAfterSeconds });
    return;
  }
  const known = describeFastifyError(error);
  if (known !== null) {
    sendProblem(reply, known);
    return;
  }
  noteFault(reply.request, error);
  const detail = "This is our fault, not yours. The server's log has the details.";
  sendProblem(reply, problemDocument('internal-error', detail));
}

function unavailableDetail(error: StorageUnavailable): string {
  if (error instanceof ReadTooSlow)
    return 'The database took too long to answer. Ask for less, such as a shorter period, or try again in a moment.';
  return error.outcomeIsKnown
    ? 'Nothing was stored. Please try again in a moment.'
    : 'The connection to the database broke, so it is not known whether this was stored. If you sent an Idempotency-Key, it is safe to send the request again.';
}

/** What an error of Fastify or Nest means to the caller; null where it is not the caller's fault. */
function describeFastifyError(error: unknown): ProblemDocument | null {
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string };
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  const kind = fastifyProblems[code ?? ''] ?? byStatus[status ?? 0];
  if (kind === undefined) return null;
  const details: Partial<Record<ProblemKind, string>> = {
    'body-too-large': bodySizes,
    'unsupported-media-type': 'Send the body as application/json.',
    'not-found': 'There is nothing at this address: an id in it is too long.',
  };
  return problemDocument(kind, details[kind] ?? message ?? 'The request is not valid.');
}

/** Answers a problem document. */
export function sendProblem(
  reply: FastifyReply,
  document: AnyProblem,
  headers: Readonly<Record<string, string>> = {},
): void {
  void reply
    .status(document.status)
    .headers(headers)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(document));
}
