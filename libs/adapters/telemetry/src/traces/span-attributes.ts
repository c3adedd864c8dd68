/**
 * The names of what spans say, beside those of OpenTelemetry's conventions, and how a failure is noted. Ids, counts and
 * words of our own alone: no URL, address, header or body.
 */
import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';
import {
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
  DB_SYSTEM_NAME_VALUE_POSTGRESQL,
} from '@opentelemetry/semantic-conventions';

export const attributeNames = {
  accountId: 'belfry.account.id',
  attempt: 'belfry.delivery.attempt',
  channel: 'belfry.delivery.channel',
  deliveries: 'belfry.deliveries',
  deliveryId: 'belfry.delivery.id',
  eventId: 'belfry.event.id',
  events: 'belfry.events',
  eventType: 'belfry.event.type',
  outcome: 'belfry.outcome',
  reason: 'belfry.reason',
  recipientDomain: 'belfry.recipient.domain',
  smtpReply: 'belfry.smtp.reply_code',
} as const;

/** On every span of a database call. */
export const databaseAttributes: Attributes = { [ATTR_DB_SYSTEM_NAME]: DB_SYSTEM_NAME_VALUE_POSTGRESQL };

/** Notes a failure by its name alone: an error's message may hold what somebody sent. */
export function fail(span: Span, error: unknown): void {
  const type = error instanceof Error ? error.name : typeof error;
  span.setAttribute(ATTR_ERROR_TYPE, type).setStatus({ code: SpanStatusCode.ERROR, message: type });
}
