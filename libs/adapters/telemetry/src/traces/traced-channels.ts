import type { ClaimedDelivery, Deliverer, RecordedOutcome } from '@belfry/application';
import { domainOf } from '@belfry/domain';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { ATTR_HTTP_RESPONSE_STATUS_CODE, ATTR_SERVER_ADDRESS } from '@opentelemetry/semantic-conventions';
import type { PublishTraces } from './publish-traces.js';
import { attributeNames, fail } from './span-attributes.js';

const spanNames = { webhook: 'send webhook', email: 'send mail' } as const;

/**
 * Channels with a span for each attempt. The first attempt belongs to the publish that it comes from, where this process
 * knows it; a later one may come hours after, begins a new trace, and links to the publish.
 */
export class TracedChannels implements Deliverer {
  constructor(
    private readonly channels: Deliverer,
    private readonly tracer: Tracer,
    private readonly publishes: PublishTraces,
  ) {}

  async deliver(delivery: ClaimedDelivery): Promise<RecordedOutcome> {
    const startTime = Date.now();
    try {
      const outcome = await this.channels.deliver(delivery);
      const span = this.begin(delivery, startTime);
      note(span, outcome);
      span.end();
      if (outcome.next.status !== 'queued') this.publishes.finished(delivery.deliveryId);
      return outcome;
    } catch (error) {
      const span = this.begin(delivery, startTime);
      fail(span, error);
      span.end();
      throw error;
    }
  }

  /**
   * Begins the span of an attempt that has ended. Not before: a delivery that is handed over in memory starts a moment
   * before its publish is answered, and until then nobody knows which publish it is.
   */
  private begin(delivery: ClaimedDelivery, startTime: number): Span {
    const publish = this.publishes.publishOf(delivery.deliveryId);
    const belongs = publish !== null && delivery.attempt === 1;
    return this.tracer.startSpan(
      spanNames[delivery.channel],
      {
        kind: SpanKind.CLIENT,
        startTime,
        attributes: attributesOf(delivery),
        links: publish !== null && !belongs ? [{ context: publish }] : [],
      },
      belongs ? within(publish) : ROOT_CONTEXT,
    );
  }
}

function within(parent: SpanContext) {
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** Of the endpoint its host, never its path or query, which are the account's secret; of the recipient the domain alone. */
function attributesOf(delivery: ClaimedDelivery): Attributes {
  return {
    [attributeNames.accountId]: delivery.accountId,
    [attributeNames.eventId]: delivery.eventId,
    [attributeNames.eventType]: delivery.eventType,
    [attributeNames.deliveryId]: delivery.deliveryId,
    [attributeNames.channel]: delivery.channel,
    [attributeNames.attempt]: delivery.attempt,
    ...(delivery.channel === 'webhook'
      ? { [ATTR_SERVER_ADDRESS]: new URL(delivery.destination).hostname }
      : { [attributeNames.recipientDomain]: domainOf(delivery.destination) }),
  };
}

function note(span: Span, { delivery, attempt, next }: RecordedOutcome): void {
  span.setAttribute(attributeNames.outcome, next.status === 'queued' ? 'retry' : next.status);
  if (attempt.response !== null) {
    span.setAttribute(
      delivery.channel === 'webhook' ? ATTR_HTTP_RESPONSE_STATUS_CODE : attributeNames.smtpReply,
      attempt.response.status,
    );
  }
  if (attempt.reason === null) return;
  span.setAttribute(attributeNames.reason, attempt.reason);
  span.setStatus({ code: SpanStatusCode.ERROR, message: attempt.reason });
}
