/** Events, deliveries and their statistics, on the database. */
import {
  AccountStore,
  ChangePreview,
  Clock,
  DeliveryLog,
  DeliveryStatistics,
  EventStore,
  PublishEvent,
  Redeliver,
  SendTestWebhook,
  type ListPage,
  type RedeliverResult,
} from '@belfry/application';
import {
  answerOf,
  beginningOfWindow,
  deliveryAnswer,
  deliveryDetailAnswer,
  DeliveryStats,
  Event,
  eventDetailAnswer,
  paged,
  type ProblemKind,
  publishRefusal,
  publishResult,
  redeliveriesAnswer,
  statisticsWindow,
} from '@belfry/contract';
import type { INestApplicationContext } from '@nestjs/common';
import { InvalidInput, notFound, redeliveryLimit, Refusal, refused } from '../failure.js';
import type { Backend, EventFilter } from './backend.js';
import { operator, parsed, type Database } from './database.js';

/** The part of the backend that is about events and what follows from them. */
export function pipelineOn(database: Database): Pick<Backend, 'events' | 'deliveries' | 'statistics'> {
  return {
    events: eventsOn(database),
    deliveries: deliveriesOn(database),
    statistics: {
      get: async (accountId, window) => {
        const hours = parsed('/window', statisticsWindow, window);
        const app = await database.app();
        await requireAccount(app, accountId);
        const now = app.get(Clock).now();
        const from = beginningOfWindow(hours, now);
        const hourly = await app.get(DeliveryStatistics).since(accountId, from);
        return answerOf(DeliveryStats, { accountId, from, to: now, hours: hourly });
      },
      durations: async (accountId, from) => {
        const app = await database.app();
        const totals = await app.get(DeliveryStatistics).durationsSince(accountId, new Date(from));
        return totals.map(({ channel, eventType, durationMs }) => ({
          channel,
          event_type: eventType,
          duration_ms: durationMs,
        }));
      },
    },
  };
}

function eventsOn(database: Database): Backend['events'] {
  return {
    publish: async (event, idempotencyKey) => {
      const app = await database.app();
      const result = await app.get(PublishEvent).publish(event, operator, idempotencyKey);
      if (result.status === 'accepted') return { event_id: result.eventId, deliveries: result.deliveries };
      throw result.status === 'invalid'
        ? new InvalidInput(result.problems)
        : new Refusal(publishRefusal(result).detail);
    },
    publishBatch: async (events, idempotencyKey, firstPlace) => {
      const publish = (await database.app()).get(PublishEvent);
      const results = await publish.publishBatch(events, operator, idempotencyKey, firstPlace);
      return results.map(publishResult);
    },
    list: (accountId, filter, page) =>
      database.list(
        page,
        paged.cursor,
        async (app, past) =>
          ofAccount(
            app,
            accountId,
            past,
            await app.get(EventStore).list(accountId, storedFilter(filter), page.limit, past),
          ),
        (event) => answerOf(Event, event),
      ),
    get: async (accountId, eventId) => {
      const event = await (await database.app()).get(EventStore).find(accountId, eventId);
      if (event === null) throw notFound('event');
      return eventDetailAnswer(event, 'platform');
    },
  };
}

function deliveriesOn(database: Database): Backend['deliveries'] {
  return {
    list: (accountId, { status, channel, event_id, ...filter }, page) =>
      database.list(
        page,
        paged.cursor,
        async (app, past) => {
          const stored = { status, channel, eventId: event_id, ...storedFilter(filter) };
          const found = await app.get(DeliveryLog).list(accountId, stored, page.limit, past);
          return ofAccount(app, accountId, past, found);
        },
        (delivery) => deliveryAnswer(delivery, 'platform'),
      ),
    find: async (accountId, deliveryIds) => {
      const log = (await database.app()).get(DeliveryLog);
      const { items } = await log.list(accountId, { deliveryIds }, deliveryIds.length);
      return items.map((delivery) => deliveryAnswer(delivery, 'platform'));
    },
    get: async (accountId, deliveryId) => {
      const delivery = await (await database.app()).get(DeliveryLog).find(accountId, deliveryId);
      if (delivery === null) throw notFound('delivery');
      return deliveryDetailAnswer(delivery, 'platform');
    },
    redeliver: async (accountId, deliveryId) => {
      const app = await database.app();
      const result = await app.get(Redeliver).one(accountId, deliveryId, operator);
      if (result.status === 'queued') return { delivery_id: result.deliveryId };
      if (result.status === 'not_found') throw notFound('delivery');
      if (result.status === 'limited')
        throw new Refusal(redeliveryLimit(result.channel, result.retryAfterSeconds));
      throw refused(redeliveryRefusals[result.status]);
    },
    redeliverMany: async (accountId, { status, channel, ...filter }) => {
      const app = await database.app();
      await requireAccount(app, accountId);
      const wanted = { status, channel, ...storedFilter(filter) };
      return redeliveriesAnswer(await app.get(Redeliver).many(accountId, wanted, operator));
    },
    countRedeliveries: async (accountId, { status, channel, ...filter }) => {
      const app = await database.app();
      await requireAccount(app, accountId);
      return app.get(ChangePreview).redeliveries(accountId, { status, channel, ...storedFilter(filter) });
    },
    test: async (accountId, eventType) => {
      const app = await database.app();
      const result = await app.get(SendTestWebhook).send(accountId, eventType, operator);
      switch (result.status) {
        case 'finished':
          return deliveryDetailAnswer(result.delivery, 'platform');
        case 'unknown_account':
          throw notFound('account');
        case 'no_endpoint':
          throw refused('no-endpoint');
        case 'limited':
          throw new Refusal(
            `the account has reached its limit of test deliveries, ACCOUNT_TESTS_PER_MINUTE: try again in ${result.retryAfterSeconds} s`,
          );
        case 'no_place':
          throw new Refusal('there is no room for a test delivery right now: try again in a few seconds');
      }
    },
  };
}

const redeliveryRefusals = {
  under_way: 'delivery-under-way',
  recipient_erased: 'recipient-erased',
  not_a_recipient: 'not-a-recipient',
  no_endpoint: 'no-endpoint',
} as const satisfies Record<
  Exclude<RedeliverResult['status'], 'queued' | 'not_found' | 'limited'>,
  ProblemKind
>;

function storedFilter({ event_type, from, to }: EventFilter) {
  const date = (text: string | undefined) => (text === undefined ? undefined : new Date(text));
  return { eventType: event_type, from: date(from), to: date(to) };
}

/** The part of a list; where it has nothing from its start, only if the account exists. */
async function ofAccount<Part extends ListPage<unknown>>(
  app: INestApplicationContext,
  accountId: number,
  past: string | undefined,
  found: Part,
): Promise<Part> {
  if (found.items.length === 0 && past === undefined) await requireAccount(app, accountId);
  return found;
}

async function requireAccount(app: INestApplicationContext, accountId: number): Promise<void> {
  if ((await app.get(AccountStore).find(accountId)) === null) throw notFound('account');
}
