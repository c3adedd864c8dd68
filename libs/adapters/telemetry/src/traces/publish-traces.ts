import type { Appended, NewEvent } from '@belfry/application';
import type { SpanContext } from '@opentelemetry/api';

/** Of how many deliveries that were not finished here the publish is remembered: some megabytes. */
const maximumRemembered = 10_000;

/** The trace of one event: the commit that stored it, and the publish that asked for it once that is answered. */
interface EventTrace {
  readonly commit: SpanContext;
  publish: SpanContext | null;
}

/**
 * Remembers which publish a delivery comes from, from the commit until the delivery is finished here. Other workers
 * finish some, and the oldest are forgotten: their attempts begin new traces.
 */
export class PublishTraces {
  private readonly byEvent = new Map<string, EventTrace>();
  private readonly byDelivery = new Map<string, EventTrace>();

  /** A batch was stored. `publish` is the request that stored it without the intake, if one did. */
  stored(
    events: readonly NewEvent[],
    appended: readonly Appended[],
    commit: SpanContext,
    publish: SpanContext | null,
  ): void {
    events.forEach(({ event, deliveries }, place) => {
      if (appended[place]?.outcome !== 'stored') return;
      const trace: EventTrace = { commit, publish };
      if (publish === null) remember(this.byEvent, event.eventId, trace);
      for (const { deliveryId } of deliveries) remember(this.byDelivery, deliveryId, trace);
    });
  }

  /** The publish of an event was answered. Says which commit stored it; null for a repeated publish. */
  published(eventId: string, publish: SpanContext): SpanContext | null {
    const trace = this.byEvent.get(eventId);
    if (trace === undefined) return null;
    this.byEvent.delete(eventId);
    trace.publish = publish;
    return trace.commit;
  }

  /** The publish that a delivery comes from; null where this process does not know. */
  publishOf(deliveryId: string): SpanContext | null {
    return this.byDelivery.get(deliveryId)?.publish ?? null;
  }

  /** A delivery needs nothing more. */
  finished(deliveryId: string): void {
    this.byDelivery.delete(deliveryId);
  }
}

/** Notes a value, and forgets the oldest one above the limit. */
function remember(traces: Map<string, EventTrace>, id: string, trace: EventTrace): void {
  traces.set(id, trace);
  if (traces.size <= maximumRemembered) return;
  for (const oldest of traces.keys()) {
    traces.delete(oldest);
    return;
  }
}
