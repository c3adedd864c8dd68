/** The composition: use cases and ports, bound once for every app. Adapters are chosen here and nowhere else. */
import {
  AccountStore,
  ActivityLog,
  ApiKeys,
  ApiKeyStore,
  Clock,
  DeliveryChannels,
  DeliveryLog,
  DeliveryQueue,
  Destinations,
  Dispatcher,
  EventIntake,
  EventStore,
  InterruptQueued,
  Mailer,
  ManageAccounts,
  ManageSettings,
  Portal,
  PortalStore,
  PublishEvent,
  QueuedWebhooks,
  QueueSignal,
  Redeliver,
  Redeliveries,
  Retention,
  RetentionSweep,
  SettingsStore,
  SystemClock,
  TestWebhook,
  WebhookSender,
} from '@belfry/application';
import { EventCatalogue, platformCatalogue } from '@belfry/domain';
import { MailModule } from '@belfry/mail';
import { PersistenceModule } from '@belfry/persistence';
import { WebhookModule } from '@belfry/webhook';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import type { Configuration } from './environment.js';
import { ActivityLogs, Metrics } from './metrics.js';
import { PinoActivityLog } from './pino-activity-log.js';
import { developmentEndpoint, isDevelopment, sampleAccountId } from './sample-account.js';
import { version } from './version.js';

/** The token of the settings of the process. */
export const CONFIGURATION = Symbol('Configuration');
/** The token of the process's logger. */
export const LOGGER = Symbol('Logger');

/** What an app decides about itself. */
export interface Composition {
  readonly configuration: Configuration;
  readonly logger: Logger;
  /** True in a process that starts deliveries once its dispatcher is told to run. */
  readonly works: boolean;
  /** True where an embedded database that another process has open is joined; otherwise it is refused. */
  readonly joinsDatabase: boolean;
  /** False in a process that would rather end than wait for a database server that is still starting; true where not given. */
  readonly waitsForDatabase?: boolean;
  /** The event types; the platform's own where not given. */
  readonly catalogue?: EventCatalogue;
}

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
                join: composition.joinsDatabase,
              }
            : { databaseUrl: configuration.databaseUrl, poolSize: configuration.databasePoolSize },
          composition.waitsForDatabase,
        ),
        WebhookModule.forRoot({ timeoutMs: configuration.webhookTimeoutMs, version }),
        MailModule.forRoot({
          ...(configuration.smtpUrl === null ? {} : { smtpUrl: configuration.smtpUrl }),
          from: configuration.mailFrom,
          mailboxDirectory: isDevelopment(configuration)
            ? join(configuration.dataDirectory, 'mailbox')
            : null,
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
        TestWebhook,
        PersistenceModule,
        MailModule,
        WebhookModule,
      ],
    };
  }
}

function useCases({ configuration, works, logger }: Composition): Provider[] {
  const development = isDevelopment(configuration)
    ? { accountId: sampleAccountId, endpoint: developmentEndpoint(configuration) }
    : null;
  const { limits } = configuration;
  const metrics = new Metrics();
  return [
    { provide: Clock, useClass: SystemClock },
    { provide: Metrics, useValue: metrics },
    { provide: ActivityLog, useValue: new ActivityLogs([new PinoActivityLog(logger), metrics]) },
    { provide: Destinations, useValue: new Destinations(configuration.allowed, development) },
    {
      provide: DeliveryChannels,
      inject: [WebhookSender, Mailer, Destinations, Clock],
      useFactory: (webhooks: WebhookSender, mailer: Mailer, destinations: Destinations, clock: Clock) =>
        new DeliveryChannels(webhooks, mailer, destinations, clock),
    },
    {
      provide: Dispatcher,
      inject: [DeliveryQueue, DeliveryChannels, QueueSignal, ActivityLog],
      useFactory: (
        queue: DeliveryQueue,
        channels: DeliveryChannels,
        signal: QueueSignal,
        log: ActivityLog,
      ) => {
        const dispatcher = new Dispatcher(queue, channels, signal, log, {
          webhooks: { inFlight: limits.webhooksInFlight, perKey: limits.webhooksInFlightPerAccount },
          mails: { inFlight: limits.mailsInFlight, perKey: limits.mailsInFlightPerDomain },
          leaseMs: configuration.webhookTimeoutMs + configuration.webhookLeaseMarginMs,
          works,
        });
        metrics.watch(dispatcher, queue);
        return dispatcher;
      },
    },
    {
      provide: EventIntake,
      inject: [EventStore, Dispatcher, EventCatalogue, Clock, ActivityLog],
      useFactory: (
        events: EventStore,
        dispatcher: Dispatcher,
        catalogue: EventCatalogue,
        clock: Clock,
        log: ActivityLog,
      ) => new EventIntake(events, dispatcher, catalogue, configuration.sites, clock, log),
    },
    {
      provide: PublishEvent,
      inject: [EventIntake, EventCatalogue],
      useFactory: (intake: EventIntake, catalogue: EventCatalogue) => new PublishEvent(intake, catalogue),
    },
    {
      provide: Redeliver,
      inject: [Redeliveries, Dispatcher, EventCatalogue],
      useFactory: (redeliveries: Redeliveries, dispatcher: Dispatcher, catalogue: EventCatalogue) =>
        new Redeliver(redeliveries, dispatcher, catalogue),
    },
    {
      provide: InterruptQueued,
      inject: [QueuedWebhooks, Clock],
      useFactory: (webhooks: QueuedWebhooks, clock: Clock) => new InterruptQueued(webhooks, clock),
    },
    {
      provide: TestWebhook,
      inject: [EventStore, DeliveryQueue, DeliveryLog, DeliveryChannels, Dispatcher, EventCatalogue, Clock],
      useFactory: (
        events: EventStore,
        queue: DeliveryQueue,
        deliveries: DeliveryLog,
        channels: DeliveryChannels,
        dispatcher: Dispatcher,
        catalogue: EventCatalogue,
        clock: Clock,
      ) =>
        new TestWebhook(
          events,
          queue,
          deliveries,
          channels,
          dispatcher,
          catalogue,
          configuration.sites,
          clock,
        ),
    },
    {
      provide: Portal,
      inject: [PortalStore, Clock],
      useFactory: (store: PortalStore, clock: Clock) => new Portal(store, clock),
    },
    {
      provide: RetentionSweep,
      inject: [Retention, Clock, ActivityLog],
      useFactory: (retention: Retention, clock: Clock, log: ActivityLog) =>
        new RetentionSweep(retention, clock, log, configuration.retentionDays),
    },
    {
      provide: ManageAccounts,
      inject: [AccountStore],
      useFactory: (accounts: AccountStore) => new ManageAccounts(accounts),
    },
    {
      provide: ManageSettings,
      inject: [SettingsStore, EventCatalogue, Destinations],
      useFactory: (settings: SettingsStore, catalogue: EventCatalogue, destinations: Destinations) =>
        new ManageSettings(settings, catalogue, destinations),
    },
    {
      provide: ApiKeys,
      inject: [ApiKeyStore, Clock],
      useFactory: (keys: ApiKeyStore, clock: Clock) =>
        new ApiKeys(keys, clock, configuration.bootstrapApiKey),
    },
  ];
}

/** The process's logger: JSON lines on standard error, so that standard output stays for people. */
export function createLogger({ logLevel }: Pick<Configuration, 'logLevel'>): Logger {
  return pino(
    { level: logLevel, base: { service: 'belfry', version }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: false }),
  );
}
