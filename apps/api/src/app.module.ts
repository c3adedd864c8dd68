/** The API app: Belfry with REST in front of it. */
import { belfryOptions, configurationModule, type Configuration } from '@belfry/configuration';
import { BelfryModule } from '@belfry/nest';
import type { Telemetry } from '@belfry/telemetry';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
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
    telemetry: Telemetry,
    routes: RouteTable,
    development: Development | null = null,
  ): DynamicModule {
    const { role } = configuration.process;
    const options = belfryOptions(configuration);
    return {
      module: AppModule,
      imports: [
        configurationModule(configuration),
        BelfryModule.forRoot({
          ...options,
          smtp: { ...options.smtp, transport: development?.mailTransport },
          webhooks: { ...options.webhooks, alsoAllowed: development?.endpoint ?? null },
          dispatch: role !== 'api',
          telemetry,
        }),
      ],
      controllers: [
        ...(role === 'worker' ? [] : restControllers),
        HealthController,
        ...(configuration.http.metricsPort === null ? [MetricsController] : []),
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
