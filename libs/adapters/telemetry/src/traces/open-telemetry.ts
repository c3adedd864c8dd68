/**
 * Tracing by OpenTelemetry, sent by OTLP over HTTP. Nothing is patched and nothing registered globally: spans are made
 * where this folder makes them, and no `traceparent` gets into a webhook. This file and those it needs are loaded only
 * where traces are sent.
 */
import { diag, DiagLogLevel, type Context } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { AsyncLocalStorage } from 'node:async_hooks';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { loggableError } from '../log/loggable-error.js';
import { PublishTraces } from './publish-traces.js';
import { TracedChannels } from './traced-channels.js';
import { TracedEventStore } from './traced-event-store.js';
import { TracedIntake } from './traced-intake.js';
import { TracedQueue } from './traced-queue.js';
import { beginRequest } from './traced-requests.js';
import type { TracedProcess, TraceProtocol, Tracing } from './tracing.js';

/** How long a stop waits for a collector that does not answer. */
const stopMs = 3_000;

/** Starts tracing. */
export function openTelemetry(
  protocol: TraceProtocol,
  { role, version }: TracedProcess,
  logger: Logger,
): Tracing {
  reportTo(logger);
  const exporter = protocol === 'http/json' ? new JsonExporter() : new ProtobufExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: 'belfry',
      [ATTR_SERVICE_VERSION]: version,
      'host.name': hostname(),
      'process.pid': process.pid,
      'belfry.role': role,
    }).merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('belfry', version);
  const requests = new AsyncLocalStorage<Context | undefined>();
  const publishes = new PublishTraces();
  return {
    intake: (intake) => new TracedIntake(intake, tracer, requests, publishes),
    events: (events) => new TracedEventStore(events, tracer, requests, publishes),
    queue: (queue) => new TracedQueue(queue, tracer),
    channels: (channels) => new TracedChannels(channels, tracer, publishes),
    request: (method, route, headers) => beginRequest(tracer, requests, method, route, headers),
    stop: () => stop(provider, logger),
  };
}

/** Sends OpenTelemetry's own messages to the process's log; by default it is silent. */
function reportTo(logger: Logger): void {
  const warn = (message: string) => logger.warn(`OpenTelemetry: ${message}`);
  const silent = () => undefined;
  diag.setLogger(
    { error: warn, warn, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  setGlobalErrorHandler((error) => logger.warn({ error: loggableError(error) }, 'traces could not be sent'));
}

async function stop(provider: BasicTracerProvider, logger: Logger): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the collector did not answer within ${stopMs} ms`)), stopMs);
  });
  try {
    await Promise.race([provider.shutdown(), isLate]);
  } catch (error) {
    logger.warn({ error: loggableError(error) }, 'the last traces could not be sent');
  } finally {
    clearTimeout(timer);
  }
}
