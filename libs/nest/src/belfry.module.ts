/** The composition: use cases and ports, bound once for every app. Adapters are chosen here and nowhere else. */
import {
  ActivityLog,
  ApiKeys,
  Clock,
  Destinations,
  Dispatcher,
  Erase,
  EventIntake,
  InterruptQueued,
  ManageAccounts,
  ManageSettings,
  Portal,
  PublishEvent,
  Redeliver,
  RetentionSweep,
  SendTestWebhook,
} from '@belfry/application';
import { EventCatalogue, platformCatalogue } from '@belfry/domain';
import { MailModule } from '@belfry/mail';
import { PersistenceModule } from '@belfry/persistence';
import { Metrics } from '@belfry/telemetry';
import { WebhookModule } from '@belfry/webhook';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Composition } from './composition.js';
import { useCases } from './use-cases.js';
import { version } from './version.js';

/** The token of the settings of the process. */
export const CONFIGURATION = Symbol('Configuration');
/** The token of the process's logger. */
export const LOGGER = Symbol('Logger');

/** Binds the use cases to the adapters. */
@Module({})
export class BelfryModule {
  /** The module for one process. */
  static forRoot(composition: Composition): DynamicModule {
    const { configuration, catalogue = platformCatalogue } = composition;
    return {
      module: BelfryModule,
      global: true,
      imports: [
        PersistenceModule.forRoot(
          configuration.databaseUrl === null
            ? {
                dataDirectory: configuration.dataDirectory,
                schema: configuration.databaseSchema,
                join: composition.joinsDatabase,
              }
            : {
                databaseUrl: configuration.databaseUrl,
                schema: configuration.databaseSchema,
                pooler: configuration.databasePooler ?? undefined,
                directUrl: configuration.databaseDirectUrl ?? undefined,
                poolSize: configuration.databasePoolSize,
                readPoolSize: configuration.databaseReadPoolSize,
              },
          composition.waitsForDatabase,
        ),
        WebhookModule.forRoot({
          timeoutMs: configuration.webhookTimeoutMs,
          version,
          ...(configuration.nameServers === null ? {} : { nameServers: configuration.nameServers }),
        }),
        MailModule.forRoot({
          smtpUrl: configuration.smtpUrl ?? undefined,
          ...configuration.smtpClient,
          from: configuration.mailFrom,
          transport: composition.development?.transport,
          publicUrl: configuration.publicUrl,
          catalogue,
          version,
        }),
      ],
      providers: [
        { provide: CONFIGURATION, useValue: configuration },
        { provide: LOGGER, useValue: composition.logger },
        { provide: EventCatalogue, useValue: catalogue },
        ...useCases(composition),
      ],
      exports: [
        CONFIGURATION,
        LOGGER,
        ActivityLog,
        ApiKeys,
        Clock,
        Destinations,
        Dispatcher,
        Erase,
        EventCatalogue,
        EventIntake,
        InterruptQueued,
        ManageAccounts,
        ManageSettings,
        Metrics,
        Portal,
        PublishEvent,
        Redeliver,
        RetentionSweep,
        SendTestWebhook,
        PersistenceModule,
        MailModule,
        WebhookModule,
      ],
    };
  }
}
