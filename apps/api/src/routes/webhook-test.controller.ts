import { TestWebhook } from '@belfry/application';
import { deliveryWithAttemptsOnTheWire } from '@belfry/composition';
import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../http/authentication.js';
import { AccountIdPipe } from '../http/paths.js';
import { invalid, noEndpoint, notFound } from '../http/problem.js';
import { note } from '../http/request-log.js';

/** Test deliveries: a sample event sent to the endpoint now, whatever the toggles say. */
@Controller('v1/accounts/:accountId/webhook-test')
@RequireScope('settings:write', 'deliveries:redeliver')
export class WebhookTestController {
  constructor(private readonly test: TestWebhook) {}

  @Post()
  @HttpCode(200)
  async send(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ) {
    const result = await this.test.send(accountId, body);
    if (result.status === 'invalid') throw invalid(result.problems);
    if (result.status === 'unknown_account') throw notFound('account');
    if (result.status === 'no_endpoint') throw noEndpoint();
    note(request, { event_id: result.delivery.eventId, delivery_id: result.delivery.deliveryId });
    return deliveryWithAttemptsOnTheWire(result.delivery);
  }
}
