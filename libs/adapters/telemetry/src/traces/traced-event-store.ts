import {
  EventStore,
  type Appended,
  type Lease,
  type EventFilter,
  type IntakeSnapshot,
  type NewEvent,
} from '@belfry/application';
import { ROOT_CONTEXT, SpanKind, trace, type Context, type Tracer } from '@opentelemetry/api';
import { ATTR_DB_OPERATION_BATCH_SIZE } from '@opentelemetry/semantic-conventions';
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { PublishTraces } from './publish-traces.js';
import { attributeNames, databaseAttributes, fail } from './span-attributes.js';

/**
 * A store of events with a span for each batch's transaction. A batch is nobody's alone: its span begins a trace, and
 * the events' spans link to it. What a request stores directly (a test delivery) belongs to the request.
 */
export class TracedEventStore extends EventStore {
  constructor(
    private readonly events: EventStore,
    private readonly tracer: Tracer,
    private readonly requests: AsyncLocalStorage<Context | undefined>,
    private readonly publishes: PublishTraces,
  ) {
    super();
  }

  override async append(
    accountIds: readonly number[],
    lease: Lease,
    plan: (snapshot: IntakeSnapshot) => readonly NewEvent[],
  ): Promise<Appended[]> {
    const request = this.requests.getStore();
    const span = this.tracer.startSpan(
      'store events',
      { kind: SpanKind.CLIENT, attributes: databaseAttributes },
      request ?? ROOT_CONTEXT,
    );
    let planned: readonly NewEvent[] = [];
    try {
      const appended = await this.events.append(accountIds, lease, (snapshot) => (planned = plan(snapshot)));
      const publish = request === undefined ? null : (trace.getSpanContext(request) ?? null);
      this.publishes.stored(planned, appended, span.spanContext(), publish);
      return appended;
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      const deliveries = planned.reduce((sum, event) => sum + event.deliveries.length, 0);
      span.setAttributes({
        [ATTR_DB_OPERATION_BATCH_SIZE]: planned.length,
        [attributeNames.events]: planned.length,
        [attributeNames.deliveries]: deliveries,
      });
      span.end();
    }
  }

  override find(accountId: number, eventId: string): ReturnType<EventStore['find']> {
    return this.events.find(accountId, eventId);
  }

  override list(
    accountId: number,
    filter: EventFilter,
    limit: number,
    before?: string,
  ): ReturnType<EventStore['list']> {
    return this.events.list(accountId, filter, limit, before);
  }
}
