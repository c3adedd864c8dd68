export { createLogger } from './log/create-logger.js';
export { loggableError } from './log/loggable-error.js';
export { Metrics } from './metrics/metrics.js';
export { Telemetry } from './telemetry.js';
export { startTracing } from './traces/start-tracing.js';
export {
  type PipelineTracing,
  type RequestSpan,
  type TraceProtocol,
  type Tracing,
} from './traces/tracing.js';
