import type { Logger } from 'pino';
import type { TraceProtocol, TracedProcess, Tracing } from './tracing.js';

/** Starts tracing by this protocol. Null asks for no traces, and is answered by null: OpenTelemetry is not even loaded. */
export async function startTracing(
  protocol: TraceProtocol | null,
  process: TracedProcess,
  logger: Logger,
): Promise<Tracing | null> {
  if (protocol === null) return null;
  const { openTelemetry } = await import('./open-telemetry.js');
  return openTelemetry(protocol, process, logger);
}
