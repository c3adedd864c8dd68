import {
  DeliveryQueue,
  type Capacity,
  type Claim,
  type ClaimedDelivery,
  type RecordedOutcome,
} from '@belfry/application';
import { ROOT_CONTEXT, SpanKind, type Tracer } from '@opentelemetry/api';
import { ATTR_DB_OPERATION_BATCH_SIZE } from '@opentelemetry/semantic-conventions';
import { databaseAttributes, fail } from './span-attributes.js';

/** A queue with a span for each batch that is claimed or recorded. A look that finds nothing, once a second, has none. */
export class TracedQueue extends DeliveryQueue {
  constructor(
    private readonly queue: DeliveryQueue,
    private readonly tracer: Tracer,
  ) {
    super();
  }

  override claimWebhooks(
    claim: Claim,
    capacity: Capacity,
    after: number | null,
  ): ReturnType<DeliveryQueue['claimWebhooks']> {
    return this.trace(
      'claim webhooks',
      () => this.queue.claimWebhooks(claim, capacity, after),
      ({ deliveries }) => deliveries.length,
    );
  }

  override claimMails(
    claim: Claim,
    capacity: Capacity,
    after: string | null,
  ): ReturnType<DeliveryQueue['claimMails']> {
    return this.trace(
      'claim mails',
      () => this.queue.claimMails(claim, capacity, after),
      ({ deliveries }) => deliveries.length,
    );
  }

  override endPauses(): Promise<number> {
    return this.queue.endPauses();
  }

  override record(claim: Claim, outcomes: readonly RecordedOutcome[]): Promise<string[]> {
    return this.trace(
      'record outcomes',
      () => this.queue.record(claim, outcomes),
      () => outcomes.length,
    );
  }

  override release(claim: Claim, deliveries: readonly ClaimedDelivery[]): Promise<void> {
    return this.queue.release(claim, deliveries);
  }

  override renew(claim: Claim, deliveries: readonly ClaimedDelivery[]): Promise<void> {
    return this.queue.renew(claim, deliveries);
  }

  override backlog(): ReturnType<DeliveryQueue['backlog']> {
    return this.queue.backlog();
  }

  override sweep(): ReturnType<DeliveryQueue['sweep']> {
    return this.queue.sweep();
  }

  private async trace<Answer>(
    name: string,
    call: () => Promise<Answer>,
    sizeOf: (answer: Answer) => number,
  ): Promise<Answer> {
    const startTime = Date.now();
    const begin = () =>
      this.tracer.startSpan(
        name,
        { kind: SpanKind.CLIENT, startTime, attributes: databaseAttributes },
        ROOT_CONTEXT,
      );
    try {
      const answer = await call();
      const size = sizeOf(answer);
      if (size > 0) begin().setAttribute(ATTR_DB_OPERATION_BATCH_SIZE, size).end();
      return answer;
    } catch (error) {
      const span = begin();
      fail(span, error);
      span.end();
      throw error;
    }
  }
}
