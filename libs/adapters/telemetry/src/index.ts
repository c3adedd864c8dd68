export { ActivityLogs } from './activity-logs.js';
export { createLogger } from './log/create-logger.js';
export { loggableError } from './log/loggable-error.js';
export { PinoActivityLog } from './log/pino-activity-log.js';
export { Metrics } from './metrics/metrics.js';
export { startTracing } from './traces/start-tracing.js';
export {
  untraced,
  type PipelineTracing,
  type RequestSpan,
  type TraceProtocol,
  type Tracing,
} from './traces/tracing.js';
