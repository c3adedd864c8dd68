import { SendTestWebhook, type Principal } from '@belfry/application';
import { deliveryDetailAnswer, readerOf, routes, type DeliveryDetail } from '@belfry/contract';
import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CurrentPrincipal } from '../http/authentication.js';
import { Input, Serve, type Asked } from '../http/contract-route.js';
import { refusalOf } from '../http/refusals.js';
import { note } from '../http/request-log.js';

const { testWebhook } = routes;

/** Test deliveries: a sample event sent to the endpoint now, whatever the toggles say. */
@Controller()
export class WebhookTestController {
  constructor(private readonly test: SendTestWebhook) {}

  @Serve(testWebhook)
  async send(
    @Input() { params: { account_id }, body }: Asked<typeof testWebhook>,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ) {
    const result = await this.test.send(account_id, body.event_type, principal);
    if (result.status !== 'finished') throw refusalOf(result);
    note(request, { event_id: result.delivery.eventId, delivery_id: result.delivery.deliveryId });
    const answer = deliveryDetailAnswer(result.delivery, readerOf(principal));
    return principal.scopes.has('deliveries:read') ? answer : withoutAnswers(answer);
  }
}

/** What an endpoint answered is for who may read deliveries: others see its status alone. */
function withoutAnswers(delivery: DeliveryDetail): DeliveryDetail {
  const attempts = delivery.attempts.map((attempt) => ({
    ...attempt,
    response: attempt.response && { status: attempt.response.status, headers: {}, body: '' },
  }));
  return { ...delivery, attempts };
}
