import { PublishEvent, type Principal, type PublishResult } from '@belfry/application';
import { publishRefusal, publishResult, routes } from '@belfry/contract';
import { firstProblems } from '@belfry/domain';
import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CurrentPrincipal } from '../http/authentication.js';
import { Input, Serve, type Asked } from '../http/contract-route.js';
import { ProblemException } from '../http/problem.js';
import { note } from '../http/request-log.js';

const { publishEvent, publishEvents } = routes;

/** The most problems reported for a batch, all its events together, beyond the first of each. */
const maximumBatchProblems = 1_000;

/** Events: what publishers send. */
@Controller()
export class EventsController {
  constructor(private readonly events: PublishEvent) {}

  @Serve(publishEvent)
  async publish(
    @Input() { body, headers }: Asked<typeof publishEvent>,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ) {
    const result = await this.events.publish(body, principal, headers['Idempotency-Key']);
    if (result.status !== 'accepted') throw new ProblemException(publishRefusal(result));
    const accepted = { event_id: result.eventId, deliveries: result.deliveries };
    note(request, accepted);
    return accepted;
  }

  @Serve(publishEvents)
  async publishBatch(
    @Input() { body, headers }: Asked<typeof publishEvents>,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ) {
    const results = await this.events.publishBatch(body.events, principal, headers['Idempotency-Key']);
    const eventIds = results.flatMap((result) => (result.status === 'accepted' ? [result.eventId] : []));
    note(request, { event_ids: eventIds, refused: results.length - eventIds.length });
    return { results: inFewWords(results).map(publishResult) };
  }
}

/** The results of a batch with a bounded number of problems: each refused event has at least one. */
function inFewWords(results: readonly PublishResult[]): PublishResult[] {
  let room = maximumBatchProblems;
  return results.map((result) => {
    if (result.status !== 'invalid') return result;
    const problems = firstProblems(result.problems, Math.max(1, room));
    room -= problems.length;
    return { status: 'invalid', problems };
  });
}
