/**
 * A day of sample deliveries for the sample account, so that a newcomer's admin page has something to show. They are
 * made up: nothing is sent. Each says so, by its environment, `sample`, which stands in its payload and in every list.
 *
 * They are stored the way real ones are, as claimed by a worker that then records their outcomes, with times of the day
 * that has passed; so the statistics count them as well.
 */
import {
  asClaimed,
  DeliveryQueue,
  EventStore,
  type Attempt,
  type ClaimedDelivery,
  type NewDelivery,
  type NewEvent,
  type RecordedOutcome,
} from '@belfry/application';
import { acceptEvent, EventCatalogue, planDeliveries, type Event, type PlatformSites } from '@belfry/domain';
import { MailRenderer } from '@belfry/mail';
import type { INestApplicationContext } from '@nestjs/common';
import { v7 } from 'uuid';

/** The environment that samples name. */
export const sampleEnvironment = 'sample';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** How many events there were in each hour of the day before now, the oldest first: a working day with its noon. */
const eventsByHour = [1, 0, 1, 1, 2, 2, 4, 5, 6, 5, 3, 5, 7, 6, 5, 4, 3, 2, 2, 1, 1, 0, 1, 1];

/** The hours of the made-up outage: webhooks fail. */
const outage = { from: 11, to: 12 };
/** The hour in which a subscriber's mailbox is full: mails to subscribers are refused for good. */
const fullMailbox = 19;

const integrations = ['CRM sync', 'Billing export', 'HR import'];
const tenants = ['Acme', 'Globex', 'Initech', 'Umbrella'];

/** Stores the samples. The account must exist, with its settings. */
export async function storeSampleDeliveries(
  app: INestApplicationContext,
  accountId: number,
  { sites, version, now }: { readonly sites: PlatformSites; readonly version: string; readonly now: Date },
): Promise<void> {
  const catalogue = app.get(EventCatalogue);
  const lease = { worker: v7(), leaseMs: minuteMs };
  const stored: { readonly event: Event; readonly delivery: NewDelivery }[] = [];
  await app.get(EventStore).append([accountId], lease, ({ accounts }) => {
    const found = accounts.get(accountId);
    if (found === undefined) throw new Error(`account ${accountId} is not there`);
    return timesOfDay(now).map((acceptedAt, index): NewEvent => {
      const type = catalogue.entries[typeOf(index, catalogue.entries.length)]!;
      const event = acceptEvent(
        {
          event_type: type.key,
          environment: sampleEnvironment,
          account_id: accountId,
          data: { ...type.example, ...variation(index, type.fields) },
        },
        found.account,
        { eventId: v7({ msecs: acceptedAt.getTime() }), now: acceptedAt, sites, catalogue },
      );
      const deliveries = planDeliveries(type.key, found.settings, found.account).map((planned) => ({
        ...planned,
        deliveryId: v7({ msecs: acceptedAt.getTime() }),
        leased: true,
        test: false,
      }));
      stored.push(...deliveries.map((delivery) => ({ event, delivery })));
      return { event, deliveries, idempotency: null };
    });
  });
  const lastWebhook = stored.findLast(({ delivery }) => delivery.channel === 'webhook');
  const outcomes = stored.flatMap((made, index) => {
    if (made === lastWebhook) return [];
    const claimed = asClaimed(made.event, made.delivery);
    const hour = hourOf(made.event.acceptedAt, now);
    if (claimed.channel === 'webhook') {
      return webhookOutcome(claimed, index, hour >= outage.from && hour <= outage.to, version);
    }
    return mailOutcome(claimed, index, hour === fullMailbox && claimed.recipientRole === 'subscriber', app);
  });
  const queue = app.get(DeliveryQueue);
  await queue.record(lease, outcomes);
  // As if the worker had died while it sent the last webhook: its lease has run out, and no one knows whether it arrived.
  if (lastWebhook !== undefined) {
    await queue.renew({ ...lease, leaseMs: -1 }, [asClaimed(lastWebhook.event, lastWebhook.delivery)]);
    await queue.sweep();
  }
}

/** When the events of the day before now occurred, the oldest first. */
function timesOfDay(now: Date): Date[] {
  const begin = now.getTime() - eventsByHour.length * hourMs;
  return eventsByHour.flatMap((events, hour) =>
    Array.from({ length: events }, (_, index) => {
      const part = 0.1 + 0.8 * scattered(hour * 7 + index);
      return new Date(begin + (hour + (index + part) / events) * hourMs);
    }),
  );
}

/** A number from 0 to 1 that looks like chance and is the same every time: multiples of the golden ratio. */
function scattered(index: number): number {
  return (index * 0.618034) % 1;
}

function hourOf(time: Date, now: Date): number {
  return Math.floor((time.getTime() - now.getTime()) / hourMs) + eventsByHour.length;
}

/** Runs fail more often than tenants are archived; the last of the catalogue takes the most. */
function typeOf(index: number, types: number): number {
  const often = [types - 1, 0, types - 1, 1 % types, types - 1, 3 % types, 1 % types, 2 % types];
  return often[(index * 5) % often.length]!;
}

function variation(
  index: number,
  fields: Readonly<Record<string, unknown>>,
): Record<string, string | number> {
  const varied: Record<string, string | number> = {
    run_id: 4200 + index * 3,
    tenant_id: 7 + (index % tenants.length),
    tenant_name: tenants[index % tenants.length]!,
    integration_id: 3 + (index % integrations.length),
    integration_name: integrations[index % integrations.length]!,
  };
  return Object.fromEntries(Object.entries(varied).filter(([name]) => name in fields));
}

function webhookOutcome(
  delivery: ClaimedDelivery,
  index: number,
  fails: boolean,
  version: string,
): RecordedOutcome {
  const timedOut = fails && index % 4 === 0;
  const request = {
    headers: {
      Host: new URL(delivery.destination).host,
      'Content-Type': 'application/json',
      Accept: '*/*',
      'User-Agent': `Belfry/${version}`,
      'Webhook-Id': delivery.eventId,
      'Content-Length': String(Buffer.byteLength(delivery.payload)),
    },
    body: delivery.payload,
  };
  const reason = timedOut ? 'timeout' : fails ? 'http_status' : null;
  const answer = fails
    ? {
        status: 503,
        headers: { 'content-type': 'application/json', 'retry-after': '120' },
        body: '{"error":"maintenance","sample":true}',
      }
    : {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"received":true,"sample":true}',
      };
  return {
    delivery,
    attempt: attempt(
      delivery,
      timedOut ? 15_000 : 24 + ((index * 37) % 160),
      reason,
      request,
      timedOut ? null : answer,
    ),
    next: reason === null ? { status: 'succeeded' } : { status: 'failed', reason },
  };
}

function mailOutcome(
  delivery: ClaimedDelivery,
  index: number,
  fails: boolean,
  app: INestApplicationContext,
): RecordedOutcome {
  const mail = app.get(MailRenderer).previewMail({
    ...delivery,
    recipient: delivery.destination,
    recipientRole: delivery.recipientRole!,
  });
  const request = { headers: { To: delivery.destination, Subject: mail.subject }, body: mail.text };
  const reply = fails
    ? { status: 552, headers: {}, body: '5.2.2 Mailbox full: a sample, nothing was sent' }
    : { status: 250, headers: {}, body: '2.0.0 Ok: a sample, nothing was sent' };
  const reason = fails ? 'rejected' : null;
  return {
    delivery,
    attempt: attempt(delivery, 60 + ((index * 53) % 240), reason, request, reply),
    next: reason === null ? { status: 'succeeded' } : { status: 'failed', reason },
  };
}

function attempt(
  delivery: ClaimedDelivery,
  durationMs: number,
  reason: Attempt['reason'],
  request: Attempt['request'],
  response: Attempt['response'],
): Attempt {
  return {
    attemptId: v7(),
    startedAt: new Date(delivery.createdAt.getTime() + 3),
    durationMs,
    outcome: reason === null ? 'succeeded' : 'failed',
    reason,
    request,
    response,
  };
}
