/** Deliveries that a person asks for: an old event once more, or a sample event as a test. */
import { channels, type Channel } from '@belfry/domain';
import { z } from 'zod';
import { DeliveryDetail } from './deliveries.js';
import { body, count, eventTypeKey, givenTime, oneOf, uuid } from './fields.js';
import { route } from './route.js';

const channel = oneOf(channels);

/** A redelivery that was queued. */
export const RedeliveryQueued = z.object({ delivery_id: uuid }).meta({ id: 'RedeliveryQueued' });
export type RedeliveryQueued = z.infer<typeof RedeliveryQueued>;

/** Which finished deliveries are to be delivered again. */
export const RedeliveryFilter = body({
  status: oneOf(['failed', 'interrupted']),
  channel: channel.optional(),
  event_type: eventTypeKey.optional(),
  from: givenTime.optional(),
  to: givenTime.optional(),
}).meta({ id: 'RedeliveryFilter' });
export type RedeliveryFilter = z.input<typeof RedeliveryFilter>;

/** What was queued of many; what was passed over, and the limit that ended it, are there only where they are. */
export const RedeliveriesQueued = z
  .object({
    redelivered: count,
    passed_over: count.optional(),
    limited: z.object({ channel, retry_after: count }).optional(),
  })
  .meta({ id: 'RedeliveriesQueued' });
export type RedeliveriesQueued = z.infer<typeof RedeliveriesQueued>;

/** The result of redelivering many. */
export function redeliveriesAnswer({
  redelivered,
  passedOver,
  limited,
}: {
  readonly redelivered: number;
  readonly passedOver: number;
  readonly limited: { readonly channel: Channel; readonly retryAfterSeconds: number } | null;
}): RedeliveriesQueued {
  return {
    redelivered,
    ...(passedOver === 0 ? {} : { passed_over: passedOver }),
    ...(limited === null
      ? {}
      : { limited: { channel: limited.channel, retry_after: limited.retryAfterSeconds } }),
  };
}

/** A test delivery that is wanted. */
export const WebhookTest = body({ event_type: eventTypeKey }).meta({ id: 'WebhookTest' });

const tag = 'Deliveries';
const path = '/v1/accounts/{account_id}/deliveries';

/** The routes of redeliveries and test deliveries. */
export const redeliveryRoutes = {
  redeliver: route({
    method: 'post',
    path: `${path}/{delivery_id}/redeliver`,
    summary: 'Deliver an old event again, byte for byte; refused while the old delivery is under way.',
    tag,
    access: ['deliveries:redeliver'],
    answers: { 202: RedeliveryQueued },
    problems: [409],
  }),
  redeliverMany: route({
    method: 'post',
    path: `${path}/redeliver`,
    summary: 'Redeliver everything that matches and has not been redelivered yet.',
    tag,
    access: ['deliveries:redeliver'],
    body: RedeliveryFilter,
    answers: { 202: RedeliveriesQueued },
  }),
  testWebhook: route({
    method: 'post',
    path: '/v1/accounts/{account_id}/webhook-test',
    summary:
      'Send a sample event to the endpoint now, even if its toggle is off. Returns the finished delivery.',
    tag,
    access: ['settings:write', 'deliveries:redeliver'],
    body: WebhookTest,
    answers: { 200: DeliveryDetail },
    problems: [409],
  }),
};
