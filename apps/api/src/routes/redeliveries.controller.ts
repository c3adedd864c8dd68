import { Redeliver, type Principal } from '@belfry/application';
import { redeliveriesOnTheWire } from '@belfry/nest';
import { Body, Controller, HttpCode, Param, Post, Req, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentPrincipal, RequireScope } from '../http/authentication.js';
import { ExistingAccount } from '../http/existing-account.js';
import { AccountIdPipe, MadeIdPipe } from '../http/paths.js';
import { note } from '../http/request-log.js';
import { problemDocument } from '@belfry/contract';
import { invalid, noEndpoint, notFound, ProblemException, usedUp } from '../http/problem.js';
import { WriteTurns } from '../http/write-turns.js';

/** Redeliveries: new deliveries of old events, asked for by a person. */
@Controller('v1/accounts/:accountId/deliveries')
@UseInterceptors(WriteTurns)
@RequireScope('deliveries:redeliver')
export class RedeliveriesController {
  constructor(
    private readonly redeliver: Redeliver,
    private readonly existing: ExistingAccount,
  ) {}

  @Post('redeliver')
  @HttpCode(202)
  async many(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.existing.require(accountId);
    const result = await this.redeliver.many(accountId, body, principal);
    if (result.status === 'invalid') throw invalid(result.problems);
    const { redelivered, passedOver, limited } = result;
    note(request, { redelivered, passed_over: passedOver, limited: limited?.channel ?? null });
    if (limited !== null) reply.header('Retry-After', String(limited.retryAfterSeconds));
    return redeliveriesOnTheWire(result);
  }

  @Post(':deliveryId/redeliver')
  @HttpCode(202)
  async one(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Param('deliveryId', new MadeIdPipe('delivery')) deliveryId: string,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ) {
    const result = await this.redeliver.one(accountId, deliveryId, principal);
    if (result.status === 'not_found') throw notFound('delivery');
    if (result.status === 'no_endpoint') throw noEndpoint();
    if (result.status === 'recipient_erased') {
      const detail = 'The address that this mail went to has been erased, so the mail cannot be sent again.';
      throw new ProblemException(problemDocument('recipient-erased', detail));
    }
    if (result.status === 'under_way') {
      const detail = 'This delivery, or a redelivery of it, is under way. Wait until it has finished.';
      throw new ProblemException(problemDocument('delivery-under-way', detail));
    }
    if (result.status === 'not_a_recipient') {
      const detail =
        'This address no longer gets mails of this event type: it is neither the primary contact nor a subscriber. ' +
        'Add it to the subscribers first.';
      throw new ProblemException(problemDocument('not-a-recipient', detail));
    }
    if (result.status === 'limited') {
      const what = result.channel === 'email' ? 'mails' : 'webhooks';
      throw usedUp(`This account has reached its hourly limit for redelivered ${what}`, result);
    }
    note(request, { delivery_id: result.deliveryId, redelivery_of: deliveryId });
    return { delivery_id: result.deliveryId };
  }
}
