/** Deliveries: the result of every event, and of every test. */
import {
  channels,
  deliveryStatuses,
  failureReasons,
  maskQueryValues,
  maskSecretsOf,
  reasonForAccounts,
  type FailureReason,
} from '@belfry/domain';
import { z } from 'zod';
import { answerOf, type Source } from './answer.js';
import { body, count, eventTypeKey, oneOf, period, replyStatus, time, uuid } from './fields.js';
import { nextCursor, paged } from './paging.js';
import { route } from './route.js';

const channel = oneOf(channels);
const status = oneOf(deliveryStatuses);
const reason = oneOf(failureReasons).nullable();

/** A delivery, as lists show it. */
export const Delivery = z
  .object({
    delivery_id: uuid,
    event_id: uuid,
    event_type: eventTypeKey,
    environment: z.string(),
    channel,
    destination: z.string().meta({ description: 'The endpoint with its query masked, or the recipient.' }),
    status,
    reason,
    redelivery_of: uuid.nullable(),
    test: z.boolean(),
    created_at: time,
    finished_at: time.nullable(),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof Delivery>;

/** A page of deliveries. */
export const DeliveryList = z
  .object({ deliveries: z.array(Delivery), next_cursor: nextCursor })
  .meta({ id: 'DeliveryList' });
export type DeliveryList = z.infer<typeof DeliveryList>;

const headers = z.record(z.string(), z.string());

/** One try of a delivery. */
export const Attempt = z
  .object({
    attempt_id: uuid,
    started_at: time,
    duration_ms: count,
    outcome: oneOf(['succeeded', 'failed']),
    reason,
    request: z.object({ headers, body: z.string() }),
    response: z
      .object({
        status: replyStatus,
        headers,
        body: z.string().meta({ description: 'The first 16 KiB; for email the SMTP reply.' }),
      })
      .nullable(),
    detail: z.string().nullable().meta({
      description: 'What happened, in words, where neither the reason nor a response says it.',
    }),
  })
  .meta({ id: 'Attempt' });
export type Attempt = z.infer<typeof Attempt>;

/** A delivery with its attempts. */
export const DeliveryDetail = z
  .object({ ...Delivery.shape, attempts: z.array(Attempt) })
  .meta({ id: 'DeliveryDetail' });
export type DeliveryDetail = z.infer<typeof DeliveryDetail>;

/** Who reads: the platform and its operators, or somebody of one account. */
export type Reader = 'platform' | 'account';

/** Whoever is bound to one account reads as that account does. */
export function readerOf({ accountId }: { readonly accountId: number | null }): Reader {
  return accountId === null ? 'platform' : 'account';
}

/** A delivery for its reader: the secrets in its endpoint's URL are masked, and accounts learn nothing of internal names. */
export function deliveryAnswer(delivery: Source<typeof Delivery>, reader: Reader): Delivery {
  const { channel, destination } = delivery;
  return answerOf(Delivery, {
    ...delivery,
    destination: channel === 'webhook' ? maskQueryValues(String(destination)) : destination,
    reason: reasonFor(delivery.reason, delivery, reader),
  });
}

/** A delivery with its attempts. What came back may repeat the URL, as a redirect does: its secrets are masked there too. */
export function deliveryDetailAnswer(
  delivery: Source<typeof Delivery> & { readonly attempts: readonly AttemptSource[] },
  reader: Reader,
): DeliveryDetail {
  const { channel, destination } = delivery;
  const mask = (text: string) => (channel === 'webhook' ? maskSecretsOf(String(destination), text) : text);
  const attempts = delivery.attempts.map((attempt) => {
    const { response } = attempt;
    return answerOf(Attempt, {
      ...attempt,
      reason: reasonFor(attempt.reason, delivery, reader),
      response: response && {
        ...response,
        headers: Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, mask(value)]),
        ),
        body: mask(String(response.body)),
      },
      detail: attempt.detail ?? null,
    });
  });
  return { ...deliveryAnswer(delivery, reader), attempts };
}

/** An attempt as it is kept: most have no detail. */
type AttemptSource = Omit<Source<typeof Attempt>, 'detail'> & { readonly detail?: string | null };

function reasonFor(
  reason: FailureReason | null,
  { channel, destination }: Pick<Source<typeof Delivery>, 'channel' | 'destination'>,
  reader: Reader,
): FailureReason | null {
  return channel === 'webhook' && reader === 'account'
    ? reasonForAccounts(reason, String(destination))
    : reason;
}

/** The mail of a delivery, as its recipient sees it. */
export const DeliveryMail = z
  .object({ subject: z.string(), html: z.string(), text: z.string() })
  .meta({ id: 'DeliveryMail' });
export type DeliveryMail = z.infer<typeof DeliveryMail>;

const tag = 'Deliveries';
const path = '/v1/accounts/{account_id}/deliveries';

/** The routes of deliveries. */
export const deliveryRoutes = {
  listDeliveries: route({
    method: 'get',
    path,
    summary: "List an account's deliveries, newest first.",
    tag,
    access: ['deliveries:read'],
    query: body({
      status: status.optional().meta({ description: 'Only deliveries in this state.' }),
      channel: channel.optional().meta({ description: 'Only deliveries over this channel.' }),
      event_type: eventTypeKey.optional().meta({ description: 'Only this event type.' }),
      event_id: z
        .uuid({ error: 'must be the id of an event' })
        .optional()
        .meta({ description: 'Only the deliveries of this event.' }),
      ...period,
      ...paged,
    }),
    answers: { 200: DeliveryList },
  }),
  getDelivery: route({
    method: 'get',
    path: `${path}/{delivery_id}`,
    summary: 'One delivery with its attempts: what was sent, and what came back.',
    tag,
    access: ['deliveries:read'],
    answers: { 200: DeliveryDetail },
  }),
  previewMail: route({
    method: 'get',
    path: `${path}/{delivery_id}/mail`,
    summary: 'The mail of an email delivery, as its recipient sees it.',
    tag,
    access: ['deliveries:read'],
    answers: { 200: DeliveryMail },
  }),
  showMail: route({
    method: 'get',
    path: `${path}/{delivery_id}/mail.html`,
    summary: 'Only the HTML of that mail, to be shown in a frame.',
    tag,
    access: ['deliveries:read'],
    answers: { 200: { mediaType: 'text/html' } },
  }),
};
