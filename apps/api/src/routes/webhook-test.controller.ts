import { SendTestWebhook, type Principal } from '@belfry/application';
import { deliveryWithAttemptsOnTheWire, readerOf } from '@belfry/nest';
import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CurrentPrincipal, RequireScope } from '../http/authentication.js';
import { AccountIdPipe } from '../http/paths.js';
import { invalid, noEndpoint, notFound, usedUp } from '../http/problem.js';
import { note } from '../http/request-log.js';

/** Test deliveries: a sample event sent to the endpoint now, whatever the toggles say. */
@Controller('v1/accounts/:accountId/webhook-test')
@RequireScope('settings:write', 'deliveries:redeliver')
export class WebhookTestController {
  constructor(private readonly test: SendTestWebhook) {}

  @Post()
  @HttpCode(200)
  async send(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ) {
    const result = await this.test.send(accountId, body, principal);
    if (result.status === 'invalid') throw invalid(result.problems);
    if (result.status === 'unknown_account') throw notFound('account');
    if (result.status === 'no_endpoint') throw noEndpoint();
    if (result.status === 'limited')
      throw usedUp('This account has reached its limit of test deliveries per minute', result);
    if (result.status === 'no_place')
      throw usedUp(
        'There is no room for a test delivery right now: the endpoint is slow, or much is being sent',
        {
          retryAfterSeconds: 5,
        },
      );
    note(request, { event_id: result.delivery.eventId, delivery_id: result.delivery.deliveryId });
    const answer = deliveryWithAttemptsOnTheWire(result.delivery, readerOf(principal));
    return principal.scopes.has('deliveries:read') ? answer : withoutAnswers(answer);
  }
}

/** What an endpoint answered is for who may read deliveries: others see its status alone. */
function withoutAnswers(delivery: ReturnType<typeof deliveryWithAttemptsOnTheWire>) {
  const attempts = delivery.attempts.map((attempt) => ({
    ...attempt,
    response: attempt.response && { status: attempt.response.status, headers: {}, body: '' },
  }));
  return { ...delivery, attempts };
}
