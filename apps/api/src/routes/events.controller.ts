import { PublishEvent, type Principal, type PublishResult } from '@belfry/application';
import { firstProblems, maximumBatch, unknownFields } from '@belfry/domain';
import { Body, Controller, Headers, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CurrentPrincipal, RequireScope } from '../http/authentication.js';
import { invalidDocument, problemDocument, type ProblemDocument } from '@belfry/contract';
import { invalid, ProblemException } from '../http/problem.js';
import { note } from '../http/request-log.js';

/** Of how many problems a batch is told, all its events together, beyond the first of each. */
const maximumBatchProblems = 1_000;

/** Events: what publishers send. */
@Controller('v1/events')
export class EventsController {
  constructor(private readonly events: PublishEvent) {}

  @Post()
  @HttpCode(202)
  @RequireScope('events:publish')
  async publish(
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Req() request: FastifyRequest,
  ) {
    const result = await this.events.publish(body, principal, readIdempotencyKey(idempotencyKey));
    if (result.status !== 'accepted') throw new ProblemException(refusal(result));
    note(request, { event_id: result.eventId, deliveries: result.deliveries });
    return { event_id: result.eventId, deliveries: result.deliveries };
  }

  @Post('batch')
  @HttpCode(207)
  @RequireScope('events:publish')
  async publishBatch(
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Req() request: FastifyRequest,
  ) {
    const results = await this.events.publishBatch(
      readBatch(body),
      principal,
      readIdempotencyKey(idempotencyKey),
    );
    const eventIds = results.flatMap((result) => (result.status === 'accepted' ? [result.eventId] : []));
    note(request, { event_ids: eventIds, refused: results.length - eventIds.length });
    let room = maximumBatchProblems;
    const answer = (result: PublishResult) => {
      if (result.status === 'accepted')
        return { status: 202, event_id: result.eventId, deliveries: result.deliveries };
      if (result.status !== 'invalid') return refusal(result);
      // Each that is refused is told of one problem at the least.
      const problems = firstProblems(result.problems, Math.max(1, room));
      room -= problems.length;
      return invalidDocument(problems);
    };
    return { results: results.map(answer) };
  }
}

function readBatch(body: unknown): readonly unknown[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid([{ pointer: '', message: 'must be an object with the field events' }]);
  }
  const { events } = body as { events?: unknown };
  const problems = [
    ...unknownFields(
      [],
      Object.keys(body).filter((name) => name !== 'events'),
    ),
  ];
  if (!Array.isArray(events) || events.length === 0 || events.length > maximumBatch) {
    problems.push({ pointer: '/events', message: `must be an array of 1 to ${maximumBatch} events` });
  }
  if (problems.length > 0) throw invalid(problems);
  return events as readonly unknown[];
}

function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || /^[\x20-\x7e]{1,255}$/.test(header)) return header;
  throw new ProblemException(
    problemDocument('bad-request', 'The header Idempotency-Key must be 1 to 255 printable ASCII characters.'),
  );
}

function refusal(result: Exclude<PublishResult, { status: 'accepted' }>): ProblemDocument {
  if (result.status === 'invalid') return invalidDocument(result.problems);
  if (result.status === 'unknown_account') {
    return problemDocument('not-found', 'There is no such account: create it first, or check account_id.');
  }
  return problemDocument(
    'idempotency-conflict',
    'This Idempotency-Key was used with another body within the last 24 hours. Use a new key for a new event.',
  );
}
