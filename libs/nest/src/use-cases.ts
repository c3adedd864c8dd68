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
import type { Telemetry } from '@belfry/telemetry';
import type { FactoryProvider, Provider } from '@nestjs/common';
import { defaults, type BelfryOptions } from './belfry-options.js';

/** What offers the use cases, by their classes. */
export function useCases(options: BelfryOptions, { metrics, tracing }: Telemetry): Provider[] {
  const { limits = defaults.limits, allowances = defaults.allowances } = options;
  const { sites = defaults.sites, retention = defaults.retention } = options;
  const webhooks = { ...defaults.webhooks, ...options.webhooks };
  return [
    { provide: Clock, useClass: SystemClock },
    {
      provide: Destinations,
      useValue: new Destinations(webhooks.allowed, options.webhooks?.alsoAllowed),
    },
    {
      provide: DeliveryChannels,
      inject: [WebhookSender, Mailer, Destinations, Clock],
      useFactory: (webhookSender: WebhookSender, mailer: Mailer, destinations: Destinations, clock: Clock) =>
        tracing.channels(new DeliveryChannels(webhookSender, mailer, destinations, clock)),
    },
    provide(
      Dispatcher,
      [DeliveryQueue, DeliveryChannels, QueueSignal, Clock, ActivityLog],
      (queue, channels, signal, clock, log) => {
        const dispatcher = new Dispatcher(tracing.queue(queue), channels, signal, clock, log, {
          webhooks: {
            inFlight: limits.webhooks.inFlight,
            perAccount: limits.webhooks.perAccount,
            perDestination: limits.webhooks.perOrigin,
          },
          mails: {
            inFlight: limits.mails.inFlight,
            perAccount: limits.mails.inFlight,
            perDestination: limits.mails.perDomain,
          },
          leaseMs: webhooks.timeoutMs + webhooks.leaseMarginMs,
          sendsDeliveries: options.dispatch ?? true,
        });
        metrics.watchDispatcher(dispatcher);
        metrics.watchQueue(queue);
        return dispatcher;
      },
    ),
    provide(
      EventIntake,
      [EventStore, Dispatcher, EventCatalogue, Clock, ActivityLog],
      (events, dispatcher, catalogue, clock, log) => {
        const intake = new EventIntake(tracing.events(events), dispatcher, catalogue, sites, clock, log);
        metrics.watchIntake(intake);
        return intake;
      },
    ),
    provide(
      PublishEvent,
      [EventIntake, EventCatalogue],
      (intake, catalogue) => new PublishEvent(tracing.intake(intake), catalogue),
    ),
    provide(
      Redeliver,
      [Redeliveries, Dispatcher],
      (redeliveries, dispatcher) => new Redeliver(redeliveries, dispatcher, redeliveryAllowances(allowances)),
    ),
    provide(InterruptQueued, [QueuedWebhooks, Clock], (queued, clock) => new InterruptQueued(queued, clock)),
    provide(
      SendTestWebhook,
      [EventStore, SettingsStore, Allowances, DeliveryLog, Dispatcher, EventCatalogue, Clock, AuditLog],
      (events, settings, spending, deliveries, dispatcher, catalogue, clock, audit) =>
        new SendTestWebhook(
          tracing.events(events),
          settings,
          spending,
          deliveries,
          dispatcher,
          catalogue,
          sites,
          clock,
          audit,
          allowances.testsPerMinute,
        ),
    ),
    provide(Portal, [PortalStore, Clock], (store, clock) => new Portal(store, clock)),
    provide(
      RetentionSweep,
      [Retention, Clock, ActivityLog],
      (stored, clock, log) => new RetentionSweep(stored, clock, log, retention),
    ),
    provide(ManageAccounts, [AccountStore, Erase], (accounts, erase) => new ManageAccounts(accounts, erase)),
    provide(
      Erase,
      [Erasures, ApiKeys, Clock, ActivityLog],
      (erasures, keys, clock, log) => new Erase(erasures, keys, clock, log),
    ),
    provide(
      ManageSettings,
      [SettingsStore, EventCatalogue, Destinations],
      (settings, catalogue, destinations) => new ManageSettings(settings, catalogue, destinations),
    ),
    provide(
      ApiKeys,
      [ApiKeyStore, Clock],
      (keys, clock) => new ApiKeys(keys, clock, options.bootstrapKeys ?? []),
    ),
  ];
}

type Class<Instance> = abstract new (...parts: never[]) => Instance;
type InstancesOf<Classes extends readonly Class<unknown>[]> = {
  [Place in keyof Classes]: Classes[Place] extends Class<infer Instance> ? Instance : never;
};

/** What offers a class, made of instances of others. */
function provide<Made, const Needs extends readonly Class<unknown>[]>(
  made: Class<Made>,
  needs: Needs,
  make: (...parts: InstancesOf<Needs>) => NoInfer<Made>,
): FactoryProvider {
  return { provide: made, inject: [...needs], useFactory: make as (...parts: unknown[]) => Made };
}

function redeliveryAllowances({
  mailRedeliveriesPerHour,
  webhookRedeliveriesPerHour,
}: NonNullable<BelfryOptions['allowances']>): RedeliveryAllowances {
  const seconds = 3_600;
  return {
    email: { purpose: 'mail redeliveries', limit: mailRedeliveriesPerHour, seconds },
    webhook: { purpose: 'webhook redeliveries', limit: webhookRedeliveriesPerHour, seconds },
  };
}
