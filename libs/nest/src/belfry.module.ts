/** Binds use cases to adapters, once for every app. Adapters are chosen here and nowhere else. */
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
import { createLogger, Telemetry } from '@belfry/telemetry';
import { WebhookModule } from '@belfry/webhook';
import { Module, type DynamicModule } from '@nestjs/common';
import { defaults, type BelfryOptions } from './belfry-options.js';
import { useCases } from './use-cases.js';
import { version } from './version.js';

/** The use cases, bound to their adapters. It is not global: import it where its exports are injected. */
@Module({})
export class BelfryModule {
  /** The module for one process. Throws where an option is wrong. */
  static forRoot(options: BelfryOptions): DynamicModule {
    const {
      smtp,
      webhooks,
      dispatch = true,
      publicUrl = defaults.publicUrl,
      catalogue = platformCatalogue,
      telemetry = new Telemetry(createLogger('info', version), { version, role: dispatch ? 'all' : 'api' }),
    } = options;
    return {
      module: BelfryModule,
      imports: [
        persistenceFor(options.database),
        WebhookModule.forRoot({
          timeoutMs: webhooks?.timeoutMs ?? defaults.webhooks.timeoutMs,
          version,
          ...(webhooks?.nameServers === undefined ? {} : { nameServers: webhooks.nameServers }),
        }),
        MailModule.forRoot({
          smtpUrl: smtp?.url,
          transport: smtp?.transport,
          ehloName: smtp?.ehloName,
          authorities: smtp?.authorities,
          from: smtp?.from ?? defaults.from,
          publicUrl,
          catalogue,
          version,
        }),
      ],
      providers: [
        { provide: EventCatalogue, useValue: catalogue },
        { provide: Telemetry, useValue: telemetry },
        { provide: ActivityLog, useValue: telemetry.activityLog },
        ...useCases(options, telemetry),
      ],
      exports: [
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
        Portal,
        PublishEvent,
        Redeliver,
        RetentionSweep,
        SendTestWebhook,
        Telemetry,
        PersistenceModule,
        MailModule,
        WebhookModule,
      ],
    };
  }
}

function persistenceFor({ waits, ...database }: BelfryOptions['database']): DynamicModule {
  if ('embedded' in database) {
    const { embedded: dataDirectory, ...embedded } = database;
    return PersistenceModule.forRoot({ dataDirectory, ...embedded }, waits);
  }
  const { url: databaseUrl, ...server } = database;
  return PersistenceModule.forRoot({ databaseUrl, ...server }, waits);
}
