import { Redeliver, type Principal } from '@belfry/application';
import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CurrentPrincipal, RequireScope } from '../http/authentication.js';
import { ExistingAccount } from '../http/existing-account.js';
import { AccountIdPipe, MadeIdPipe } from '../http/paths.js';
import { note } from '../http/request-log.js';
import { invalid, noEndpoint, notFound, problemDocument, ProblemException } from '../http/problem.js';

/** Redeliveries: new deliveries of old events, asked for by a person. */
@Controller('v1/accounts/:accountId/deliveries')
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
  ) {
    await this.existing.require(accountId);
    const result = await this.redeliver.many(accountId, body, principal);
    if (result.status === 'invalid') throw invalid(result.problems);
    note(request, { redelivered: result.redelivered });
    return { redelivered: result.redelivered };
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
      const detail = 'The address that this mail went to was erased: there is nobody to send it to.';
      throw new ProblemException(problemDocument('recipient-erased', detail));
    }
    if (result.status === 'under_way') {
      const detail = 'This delivery, or a redelivery of it, is under way. Wait until it has finished.';
      throw new ProblemException(problemDocument('delivery-under-way', detail));
    }
    note(request, { delivery_id: result.deliveryId, redelivery_of: deliveryId });
    return { delivery_id: result.deliveryId };
  }
}
