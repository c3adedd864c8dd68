/**
 * What follows events through the process, for traces. The pipeline knows nothing of it: the composition puts it around
 * the pipeline's parts, and where nothing is traced around nothing.
 */
import type { DeliveryQueue, EventStore, Deliverer, Intake } from '@belfry/application';

/** How spans are encoded on their way to a collector, by OTLP over HTTP. */
export type TraceProtocol = 'http/protobuf' | 'http/json';

/** What spans say of the process that made them. */
export interface TracedProcess {
  readonly role: string;
  readonly version: string;
}

/** A request that is being answered. */
export interface RequestSpan {
  /** Runs what handles the request: what it publishes belongs to the request. */
  run(handle: () => void): void;
  /** The request was answered with this HTTP status; null: whoever asked went away before. Only the first call counts. */
  end(status: number | null): void;
}

/** Puts something around the pipeline's parts. */
export interface PipelineTracing {
  intake(intake: Intake): Intake;
  events(events: EventStore): EventStore;
  queue(queue: DeliveryQueue): DeliveryQueue;
  channels(channels: Deliverer): Deliverer;
}

/** Tracing of one process. */
export interface Tracing extends PipelineTracing {
  /**
   * Begins the span of a request, within the trace that its `traceparent` names (W3C Trace Context), if it names one.
   * `route` is the route's pattern; undefined where there is no such route. The path itself stays out of the span: that
   * of a portal link is a secret.
   */
  request(
    method: string,
    route: string | undefined,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): RequestSpan;
  /** Sends what was not sent yet, for some seconds at most. Never rejects: that traces are lost is logged. */
  stop(): Promise<void>;
}

/** Traces nothing: every part stays what it is. */
export const untraced: PipelineTracing = {
  intake: (intake) => intake,
  events: (events) => events,
  queue: (queue) => queue,
  channels: (channels) => channels,
};
