import type { EventCatalogue } from '@belfry/domain';
import type { MailModuleOptions } from '@belfry/mail';
import type { PipelineTracing } from '@belfry/telemetry';
import type { Logger } from 'pino';
import type { Configuration } from './environment.js';

/** What an app decides about itself. */
export interface Composition {
  readonly configuration: Configuration;
  readonly logger: Logger;
  /** True in a process that starts deliveries once its dispatcher is told to run. */
  readonly sendsDeliveries: boolean;
  /** True where an embedded database that another process has open is joined; otherwise it is refused. */
  readonly joinsDatabase: boolean;
  /** False in a process that would rather end than wait for a database server that is still starting; true where not given. */
  readonly waitsForDatabase?: boolean;
  /** The event types; the platform's own where not given. */
  readonly catalogue?: EventCatalogue;
  /** What development has instead of a mail server, and the endpoint that one account alone may use; null: neither. */
  readonly development?: {
    readonly transport?: MailModuleOptions['transport'];
    readonly accountId: number;
    readonly endpoint: string;
  } | null;
  /** What follows events through the process; nothing where not given, and at no cost. */
  readonly tracing?: PipelineTracing | null;
}
