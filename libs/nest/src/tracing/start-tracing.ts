import type { Logger } from 'pino';
import type { Configuration } from '../environment.js';
import type { Tracing } from './tracing.js';

/** Starts tracing where the settings ask for it; otherwise answers null, and OpenTelemetry is not even loaded. */
export async function startTracing(
  { traceProtocol, role }: Configuration,
  logger: Logger,
): Promise<Tracing | null> {
  if (traceProtocol === null) return null;
  const { openTelemetry } = await import('./open-telemetry.js');
  return openTelemetry(traceProtocol, role, logger);
}
