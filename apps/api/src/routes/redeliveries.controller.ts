import { Redeliver, type Principal } from '@belfry/application';
import { redeliveriesAnswer, routes } from '@belfry/contract';
import { Controller, Req, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentPrincipal } from '../http/authentication.js';
import { Input, Serve, type Asked } from '../http/contract-route.js';
import { ExistingAccount } from '../http/existing-account.js';
import { refusalOf } from '../http/refusals.js';
import { note } from '../http/request-log.js';
import { WriteTurns } from '../http/write-turns.js';

const { redeliver, redeliverMany } = routes;

/** Redeliveries: new deliveries of old events, asked for by a person. */
@Controller()
@UseInterceptors(WriteTurns)
export class RedeliveriesController {
  constructor(
    private readonly redeliver: Redeliver,
    private readonly existing: ExistingAccount,
  ) {}

  @Serve(redeliverMany)
  async many(
    @Input() { params, body: { event_type: eventType, ...filter } }: Asked<typeof redeliverMany>,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { accountId } = await this.existing.require(params.account_id);
    const result = await this.redeliver.many(accountId, { ...filter, eventType }, principal);
    const { redelivered, passedOver, limited } = result;
    note(request, { redelivered, passed_over: passedOver, limited: limited?.channel ?? null });
    if (limited !== null) reply.header('Retry-After', String(limited.retryAfterSeconds));
    return redeliveriesAnswer(result);
  }

  @Serve(redeliver)
  async one(
    @Input() { params: { account_id, delivery_id } }: Asked<typeof redeliver>,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ) {
    const result = await this.redeliver.one(account_id, delivery_id, principal);
    if (result.status !== 'queued') throw refusalOf(result);
    note(request, { delivery_id: result.deliveryId, redelivery_of: delivery_id });
    return { delivery_id: result.deliveryId };
  }
}
