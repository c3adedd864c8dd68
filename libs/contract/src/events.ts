/** Events: what publishers send, and what is kept of it. */
import {
  maximumBatch,
  platformId,
  samplePayload,
  scopes,
  type EventCatalogue,
  type EventInput as CheckedEvent,
  type EventType,
  type PlatformSites,
  type Problem,
  type PublishInput,
} from '@belfry/domain';
import { z } from 'zod';
import { answerOf, type Source } from './answer.js';
import { Delivery, deliveryAnswer, type Reader } from './deliveries.js';
import { body, count, eventTypeKey, period, time, uuid } from './fields.js';
import { nextCursor, paged } from './paging.js';
import { invalidDocument, problemDocument, ProblemDocument } from './problem.js';
import { route } from './route.js';

/** An event as a publisher sends it: checked by the catalogue, event type by event type. */
export const EventInput = (z.custom<CheckedEvent>() as z.ZodCustom<CheckedEvent, PublishInput>).meta({
  id: 'EventInput',
});
export type EventInput = z.infer<typeof EventInput>;

const batchMessage = `must be an array of 1 to ${maximumBatch} events`;

/** Many events. Each is checked separately, so that one that is refused does not stop the others. */
export const EventBatchInput = body(
  {
    events: z.array(EventInput, { error: batchMessage }).min(1, batchMessage).max(maximumBatch, batchMessage),
  },
  'must be an object with the field events',
).meta({ id: 'EventBatchInput' });

/** The answer to an event that was accepted. */
export const EventAccepted = z.object({ event_id: uuid, deliveries: count }).meta({ id: 'EventAccepted' });
export type EventAccepted = z.infer<typeof EventAccepted>;

/** The problem of one event of a batch. */
export const EventRefused = z
  .object({ ...ProblemDocument.shape, status: z.literal([400, 404, 409]) })
  .meta({ id: 'EventRefused' });
export type EventRefused = z.infer<typeof EventRefused>;

/** What happened to each event of a batch, in order. */
export const EventBatchResult = z
  .object({
    results: z.array(
      z.union([z.object({ status: z.literal(202), event_id: uuid, deliveries: count }), EventRefused]),
    ),
  })
  .meta({ id: 'EventBatchResult' });
export type EventBatchResult = z.infer<typeof EventBatchResult>;

/** What publishing one event led to. */
export type PublishOutcome =
  | { readonly status: 'accepted'; readonly eventId: string; readonly deliveries: number }
  | { readonly status: 'invalid'; readonly problems: readonly Problem[] }
  | { readonly status: 'unknown_account' | 'idempotency_conflict' };

/** The problem of an event that was refused. */
export function publishRefusal(
  outcome: Exclude<PublishOutcome, { readonly status: 'accepted' }>,
): EventRefused {
  if (outcome.status === 'invalid') return invalidDocument(outcome.problems);
  return outcome.status === 'unknown_account'
    ? problemDocument('not-found', 'There is no such account: create it first, or check account_id.')
    : problemDocument(
        'idempotency-conflict',
        'This Idempotency-Key was used with another body within the last 24 hours. Use a new key for a new event.',
      );
}

/** One of the results of a batch. */
export function publishResult(outcome: PublishOutcome): EventBatchResult['results'][number] {
  return outcome.status === 'accepted'
    ? { status: 202, event_id: outcome.eventId, deliveries: outcome.deliveries }
    : publishRefusal(outcome);
}

/** An event, as lists show it. */
export const Event = z
  .object({
    event_id: uuid,
    event_type: eventTypeKey,
    environment: z.string(),
    account_id: platformId,
    accepted_at: time,
  })
  .meta({ id: 'Event' });
export type Event = z.infer<typeof Event>;

/** An event with its payload, whose bytes are given, and its deliveries, as its reader sees them. */
export function eventDetailAnswer(
  event: Source<typeof Event> & {
    readonly payload: string;
    readonly deliveries: readonly Source<typeof Delivery>[];
  },
  reader: Reader,
): EventDetail {
  return {
    ...answerOf(Event, event),
    payload: JSON.parse(event.payload) as EventDetail['payload'],
    deliveries: event.deliveries.map((delivery) => deliveryAnswer(delivery, reader)),
  };
}

/** A page of events. */
export const EventList = z
  .object({ events: z.array(Event), next_cursor: nextCursor })
  .meta({ id: 'EventList' });
export type EventList = z.infer<typeof EventList>;

/** An event with its payload and its deliveries. */
export const EventDetail = z
  .object({
    ...Event.shape,
    payload: z.record(z.string(), z.unknown()),
    deliveries: z.array(Delivery),
  })
  .meta({ id: 'EventDetail' });
export type EventDetail = z.infer<typeof EventDetail>;

/** An event type, with the JSON Schema of its webhook payload and an example whose links begin with `sites`. */
export function eventTypeAnswer(
  type: EventType,
  catalogue: EventCatalogue,
  sites: PlatformSites,
): EventTypeList['event_types'][number] {
  return {
    key: type.key,
    name: type.name,
    description: type.description,
    schema: catalogue.payloadJsonSchema(type.key),
    example: samplePayload(type, catalogue, sites),
  };
}

/** The event types. */
export const EventTypeList = z
  .object({
    event_types: z.array(
      z.object({
        key: z.string(),
        name: z.string(),
        description: z.string(),
        schema: z.record(z.string(), z.unknown()),
        example: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .meta({ id: 'EventTypeList' });
export type EventTypeList = z.infer<typeof EventTypeList>;

const tag = 'Events';

/** The routes of events. */
export const eventRoutes = {
  publishEvent: route({
    method: 'post',
    path: '/v1/events',
    summary: 'Publish an event. Answers once the event and its deliveries are durably stored.',
    tag,
    access: ['events:publish'],
    headers: ['Idempotency-Key'],
    body: EventInput,
    checksBody: 'inside',
    answers: { 202: EventAccepted },
    problems: [404, 409],
  }),
  publishEvents: route({
    method: 'post',
    path: '/v1/events/batch',
    summary: `Publish up to ${maximumBatch} events. Each is accepted or refused separately; the results come in the same order.`,
    tag,
    access: ['events:publish'],
    headers: ['Idempotency-Key'],
    body: EventBatchInput,
    answers: { 207: EventBatchResult },
  }),
  listEvents: route({
    method: 'get',
    path: '/v1/accounts/{account_id}/events',
    summary: "List an account's events, newest first.",
    tag,
    access: ['deliveries:read'],
    query: body({
      event_type: eventTypeKey.optional().meta({ description: 'Only this event type.' }),
      ...period,
      ...paged,
    }),
    answers: { 200: EventList },
  }),
  getEvent: route({
    method: 'get',
    path: '/v1/accounts/{account_id}/events/{event_id}',
    summary: 'One event with its payload and deliveries.',
    tag,
    access: ['deliveries:read'],
    answers: { 200: EventDetail },
  }),
  listEventTypes: route({
    method: 'get',
    path: '/v1/event-types',
    summary: 'The event types, each with the JSON Schema of its webhook payload and an example.',
    tag,
    access: scopes,
    answers: { 200: EventTypeList },
  }),
};
