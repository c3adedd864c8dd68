import {
  DeliveryQueue,
  type Capacity,
  type Lease,
  type ClaimedDelivery,
  type RecordedOutcome,
  type Turn,
} from '@belfry/application';
import type { Channel } from '@belfry/domain';
import { ROOT_CONTEXT, SpanKind, type Tracer } from '@opentelemetry/api';
import { ATTR_DB_OPERATION_BATCH_SIZE } from '@opentelemetry/semantic-conventions';
import { databaseAttributes, fail } from './span-attributes.js';

const spanNames = { webhook: 'claim webhooks', email: 'claim mails' } as const;

/** A queue with a span for each batch that is claimed or recorded. A look that finds nothing, once a second, has none. */
export class TracedQueue extends DeliveryQueue {
  constructor(
    private readonly queue: DeliveryQueue,
    private readonly tracer: Tracer,
  ) {
    super();
  }

  override claim(
    channel: Channel,
    lease: Lease,
    capacity: Capacity,
    after?: Turn,
  ): ReturnType<DeliveryQueue['claim']> {
    return this.trace(
      spanNames[channel],
      () => this.queue.claim(channel, lease, capacity, after),
      ({ deliveries }) => deliveries.length,
    );
  }

  override endPauses(): Promise<number> {
    return this.queue.endPauses();
  }

  override record(lease: Lease, outcomes: readonly RecordedOutcome[]): Promise<string[]> {
    return this.trace(
      'record outcomes',
      () => this.queue.record(lease, outcomes),
      () => outcomes.length,
    );
  }

  override release(lease: Lease, deliveries: readonly ClaimedDelivery[]): Promise<void> {
    return this.queue.release(lease, deliveries);
  }

  override renew(lease: Lease, deliveries: readonly ClaimedDelivery[]): Promise<void> {
    return this.queue.renew(lease, deliveries);
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
