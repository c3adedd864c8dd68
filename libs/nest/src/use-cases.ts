/** The use cases and the pipeline, made of the ports that they need. */
import {
  AccountStore,
  ActivityLog,
  Allowances,
  ApiKeys,
  ApiKeyStore,
  AuditLog,
  Clock,
  DeliveryChannels,
  type Deliverer,
  DeliveryLog,
  DeliveryQueue,
  Destinations,
  Dispatcher,
  Erase,
  Erasures,
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
  type RedeliveryAllowances,
  Retention,
  RetentionSweep,
  SettingsStore,
  SystemClock,
  SendTestWebhook,
  WebhookSender,
} from '@belfry/application';
import { EventCatalogue } from '@belfry/domain';
import { ActivityLogs, Metrics, PinoActivityLog, untraced } from '@belfry/telemetry';
import type { Provider } from '@nestjs/common';
import type { Composition } from './composition.js';
import { version } from './version.js';

/** What offers the use cases, by their classes. */
export function useCases({
  configuration,
  sendsDeliveries,
  logger,
  ...composition
}: Composition): Provider[] {
  const { limits, rateLimits } = configuration;
  const hour = 3_600;
  const allowances: RedeliveryAllowances = {
    email: { purpose: 'mail redeliveries', limit: rateLimits.mailRedeliveriesPerHour, seconds: hour },
    webhook: { purpose: 'webhook redeliveries', limit: rateLimits.webhookRedeliveriesPerHour, seconds: hour },
  };
  const tracing = composition.tracing ?? untraced;
  const metrics = new Metrics(version, configuration.role);
  return [
    { provide: Clock, useClass: SystemClock },
    { provide: Metrics, useValue: metrics },
    { provide: ActivityLog, useValue: new ActivityLogs([new PinoActivityLog(logger), metrics]) },
    { provide: Destinations, useValue: new Destinations(configuration.allowed, composition.development) },
    {
      provide: DeliveryChannels,
      inject: [WebhookSender, Mailer, Destinations, Clock],
      useFactory: (webhooks: WebhookSender, mailer: Mailer, destinations: Destinations, clock: Clock) =>
        tracing.channels(new DeliveryChannels(webhooks, mailer, destinations, clock)),
    },
    {
      provide: Dispatcher,
      inject: [DeliveryQueue, DeliveryChannels, QueueSignal, Clock, ActivityLog],
      useFactory: (
        queue: DeliveryQueue,
        channels: Deliverer,
        signal: QueueSignal,
        clock: Clock,
        log: ActivityLog,
      ) => {
        const dispatcher = new Dispatcher(tracing.queue(queue), channels, signal, clock, log, {
          webhooks: {
            inFlight: limits.webhooksInFlight,
            perAccount: limits.webhooksInFlightPerAccount,
            perDestination: limits.webhooksInFlightPerOrigin,
          },
          mails: {
            inFlight: limits.mailsInFlight,
            perAccount: limits.mailsInFlight,
            perDestination: limits.mailsInFlightPerDomain,
          },
          leaseMs: configuration.webhookTimeoutMs + configuration.webhookLeaseMarginMs,
          sendsDeliveries,
        });
        metrics.watchDispatcher(dispatcher);
        metrics.watchQueue(queue);
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
      ) => {
        const intake = new EventIntake(
          tracing.events(events),
          dispatcher,
          catalogue,
          configuration.sites,
          clock,
          log,
        );
        metrics.watchIntake(intake);
        return intake;
      },
    },
    {
      provide: PublishEvent,
      inject: [EventIntake, EventCatalogue],
      useFactory: (intake: EventIntake, catalogue: EventCatalogue) =>
        new PublishEvent(tracing.intake(intake), catalogue),
    },
    {
      provide: Redeliver,
      inject: [Redeliveries, Dispatcher, EventCatalogue],
      useFactory: (redeliveries: Redeliveries, dispatcher: Dispatcher, catalogue: EventCatalogue) =>
        new Redeliver(redeliveries, dispatcher, allowances, catalogue),
    },
    {
      provide: InterruptQueued,
      inject: [QueuedWebhooks, Clock],
      useFactory: (webhooks: QueuedWebhooks, clock: Clock) => new InterruptQueued(webhooks, clock),
    },
    {
      provide: SendTestWebhook,
      inject: [
        EventStore,
        SettingsStore,
        Allowances,
        DeliveryLog,
        Dispatcher,
        EventCatalogue,
        Clock,
        AuditLog,
      ],
      useFactory: (
        events: EventStore,
        settings: SettingsStore,
        spending: Allowances,
        deliveries: DeliveryLog,
        dispatcher: Dispatcher,
        catalogue: EventCatalogue,
        clock: Clock,
        audit: AuditLog,
      ) =>
        new SendTestWebhook(
          tracing.events(events),
          settings,
          spending,
          deliveries,
          dispatcher,
          catalogue,
          configuration.sites,
          clock,
          audit,
          rateLimits.testsPerMinute,
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
        new RetentionSweep(retention, clock, log, {
          events: configuration.retentionDays,
          audit: configuration.auditRetentionDays,
        }),
    },
    {
      provide: ManageAccounts,
      inject: [AccountStore, Erase],
      useFactory: (accounts: AccountStore, erase: Erase) => new ManageAccounts(accounts, erase),
    },
    {
      provide: Erase,
      inject: [Erasures, ApiKeys, Clock, ActivityLog],
      useFactory: (erasures: Erasures, keys: ApiKeys, clock: Clock, log: ActivityLog) =>
        new Erase(erasures, keys, clock, log),
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
        new ApiKeys(
          keys,
          clock,
          [configuration.bootstrapApiKey, configuration.previousBootstrapApiKey].filter(
            (key) => key !== null,
          ),
        ),
    },
  ];
}
