/** The API app: the composition with REST in front of it. */
import { BelfryModule, type Configuration } from '@belfry/nest';
import type { Tracing } from '@belfry/telemetry';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Logger } from 'pino';
import { DEVELOPMENT, type Development } from './development.js';
import { Authentication } from './http/authentication.js';
import { BodyMemory } from './http/body-memory.js';
import { ExistingAccount } from './http/existing-account.js';
import { FrontDoor } from './http/front-door.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RateLimits } from './http/rate-limits.js';
import { ReadTurns } from './http/read-turns.js';
import { RouteTable } from './http/route-table.js';
import { MetricsText } from './metrics-text.js';
import { SessionCookies } from './http/session-cookies.js';
import { SignedIn } from './http/signed-in.js';
import { WriteTurns } from './http/write-turns.js';
import { ProcessState } from './process-state.js';
import { AccountEventsController } from './routes/account-events.controller.js';
import { AccountsController } from './routes/accounts.controller.js';
import { ApiKeysController } from './routes/api-keys.controller.js';
import { AuditLogController } from './routes/audit-log.controller.js';
import { DeliveriesController } from './routes/deliveries.controller.js';
import { DeliveryStatsController } from './routes/delivery-stats.controller.js';
import { EventTypesController } from './routes/event-types.controller.js';
import { EventsController } from './routes/events.controller.js';
import { HealthController } from './routes/health.controller.js';
import { MetricsController } from './routes/metrics.controller.js';
import { NotificationSettingsController } from './routes/notification-settings.controller.js';
import { PortalController } from './routes/portal.controller.js';
import { RedeliveriesController } from './routes/redeliveries.controller.js';
import { SessionController } from './routes/session.controller.js';
import { WebhookTestController } from './routes/webhook-test.controller.js';
import { WebhookUrlCheckController } from './routes/webhook-url-check.controller.js';

const restControllers = [
  AccountEventsController,
  AccountsController,
  ApiKeysController,
  AuditLogController,
  DeliveriesController,
  DeliveryStatsController,
  EventTypesController,
  EventsController,
  NotificationSettingsController,
  PortalController,
  RedeliveriesController,
  SessionController,
  WebhookTestController,
  WebhookUrlCheckController,
];

/** The root module of the API process. A worker answers for its health alone. */
@Module({})
export class AppModule {
  static forRoot(
    configuration: Configuration,
    configurationModule: DynamicModule,
    logger: Logger,
    routes: RouteTable,
    tracing: Tracing | null = null,
    development: Development | null = null,
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        configurationModule,
        BelfryModule.forRoot({
          configuration,
          logger,
          sendsDeliveries: configuration.role !== 'api',
          joinsDatabase: false,
          tracing,
          development: development?.parts ?? null,
        }),
      ],
      controllers: [
        ...(configuration.role === 'worker' ? [] : restControllers),
        HealthController,
        ...(configuration.metricsPort === null ? [MetricsController] : []),
      ],
      providers: [
        Authentication,
        BodyMemory,
        ExistingAccount,
        FrontDoor,
        MetricsText,
        ProcessState,
        RateLimits,
        ReadTurns,
        SessionCookies,
        SignedIn,
        WriteTurns,
        { provide: DEVELOPMENT, useValue: development },
        { provide: RouteTable, useValue: routes },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
