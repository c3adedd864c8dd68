import type { ActivityLog } from '@belfry/application';
import type { Logger } from 'pino';
import { ActivityLogs } from './activity-logs.js';
import { PinoActivityLog } from './log/pino-activity-log.js';
import { Metrics } from './metrics/metrics.js';
import { untraced, type PipelineTracing } from './traces/tracing.js';

/** What a process reports about itself, and the settings for that. */
export class Telemetry {
  readonly metrics: Metrics;
  /** Hears what the pipeline does, for the log and the metrics. */
  readonly activityLog: ActivityLog;
  /** Is put around the pipeline's parts. */
  readonly tracing: PipelineTracing;

  /** `role` is a label of the metrics: what this process does. */
  constructor(
    readonly logger: Logger,
    { version, role }: { readonly version: string; readonly role: string },
    tracing: PipelineTracing | null = null,
  ) {
    this.metrics = new Metrics(version, role);
    this.activityLog = new ActivityLogs([new PinoActivityLog(logger), this.metrics]);
    this.tracing = tracing ?? untraced;
  }
}
