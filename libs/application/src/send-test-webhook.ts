import { acceptEvent, type EventCatalogue, type PlatformSites } from '@belfry/domain';
import { auditEntry } from './access/audit.js';
import type { Principal } from './access/principal.js';
import { newId } from './identifiers.js';
import type { Dispatcher } from './pipeline/dispatcher.js';
import { asClaimed } from './pipeline/event-intake.js';
import { seatOf } from './pipeline/lane.js';
import type { Allowances, UsedUp } from './ports/allowances.js';
import type { AuditLog } from './ports/audit-log.js';
import type { Clock, Timer } from './ports/clock.js';
import type { Attempt, DeliveryLog, DeliverySummary } from './ports/delivery-log.js';
import type { ClaimedDelivery } from './ports/delivery-queue.js';
import type { EventStore, NewDelivery } from './ports/event-store.js';
import type { SettingsStore } from './ports/settings-store.js';
import { StorageUnavailable } from './ports/storage-unavailable.js';

/** The result of a test delivery. */
export type SendTestWebhookResult =
  | {
      readonly status: 'finished';
      readonly delivery: DeliverySummary & { readonly attempts: readonly Attempt[] };
    }
  | { readonly status: 'unknown_account' }
  | { readonly status: 'no_endpoint' }
  /** The account has had as many test deliveries as it may for now. */
  | ({ readonly status: 'limited' } & UsedUp)
  /** No place to send it in came free: the account's endpoint is slow, or the whole process has much to send. */
  | { readonly status: 'no_place' };

/** The environment that test deliveries name. */
const testEnvironment = 'test';
/** How long a test delivery waits for a place among the webhooks of its account and of all. */
const placeWithinMs = 5_000;
/** How long a caller waits for the record while the database does not serve. */
const recordedWithinMs = 10_000;

/** Sends a sample event to the endpoint on request, now, even if its toggle is off. No one gets a mail. */
export class SendTestWebhook {
  constructor(
    private readonly events: EventStore,
    private readonly settings: SettingsStore,
    private readonly allowances: Allowances,
    private readonly deliveries: DeliveryLog,
    private readonly dispatcher: Dispatcher,
    private readonly catalogue: EventCatalogue,
    private readonly sites: PlatformSites,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
    private readonly perMinute: number,
  ) {}

  /**
   * Sends a sample of this event type; answers the finished delivery. It is sent once, like any webhook, and takes a place
   * like any, for which it waits a few seconds at the most.
   */
  async send(accountId: number, eventType: string, actor: Principal): Promise<SendTestWebhookResult> {
    const settings = await this.settings.find(accountId);
    if (settings === null) return { status: 'unknown_account' };
    if (settings.webhookUrl === null) return { status: 'no_endpoint' };
    const allowance = { purpose: 'tests', limit: this.perMinute, seconds: 60 } as const;
    const usedUp = await this.allowances.spend(accountId, allowance);
    if (usedUp !== null) return { status: 'limited', ...usedUp };

    const seat = seatOf({ accountId, channel: 'webhook', destination: settings.webhookUrl });
    const place = await this.dispatcher.reserveWithin('webhook', seat, placeWithinMs);
    if (place === null) return { status: 'no_place' };
    let stored: ClaimedDelivery | null = null;
    try {
      const made = await this.store(accountId, eventType);
      if (typeof made === 'string') return { status: made };
      const tested = { event_type: eventType, delivery_id: made.deliveryId };
      await this.audit.keep(accountId, auditEntry(actor, 'webhook.tested', null, tested));
      stored = made;
    } finally {
      if (stored === null) place.giveBack();
    }
    await this.untilRecorded(this.dispatcher.startAlone(stored, place));
    const delivery = await this.deliveries.find(accountId, stored.deliveryId);
    // The account was erased while the endpoint answered.
    if (delivery === null) return { status: 'unknown_account' };
    return { status: 'finished', delivery };
  }

  /** The outcome is recorded also where that takes longer than its caller is kept waiting: the endpoint has received it. */
  private async untilRecorded({ sent, recorded }: ReturnType<Dispatcher['startAlone']>): Promise<void> {
    let timer: Timer | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      void sent.then(() => {
        timer = this.clock.after(recordedWithinMs, () => {
          const error = new Error('the test delivery was sent, and its outcome waits to be recorded');
          reject(new StorageUnavailable(error, { fault: 'refusing', outcomeIsKnown: false }));
        });
      });
    });
    try {
      await Promise.race([recorded, late]);
    } finally {
      timer?.cancel();
    }
  }

  /** Stores the sample and its one delivery, under this process's lease, so no other process sends it. */
  private async store(
    accountId: number,
    eventType: string,
  ): Promise<ClaimedDelivery | 'unknown_account' | 'no_endpoint'> {
    let stored: ClaimedDelivery | 'unknown_account' | 'no_endpoint' = 'unknown_account';
    await this.events.append([accountId], this.dispatcher.lease, ({ accounts }) => {
      const found = accounts.get(accountId);
      if (found === undefined) return [];
      const { account, settings } = found;
      if (settings.webhookUrl === null) {
        stored = 'no_endpoint';
        return [];
      }
      const event = acceptEvent(
        {
          event_type: eventType,
          environment: testEnvironment,
          account_id: accountId,
          data: this.catalogue.find(eventType)!.example,
        },
        account,
        { eventId: newId(), now: this.clock.now(), sites: this.sites, catalogue: this.catalogue },
      );
      const delivery: NewDelivery = {
        deliveryId: newId(),
        channel: 'webhook',
        destination: settings.webhookUrl,
        recipientRole: null,
        leased: true,
        test: true,
      };
      stored = asClaimed(event, delivery);
      return [{ event, deliveries: [delivery], idempotency: null }];
    });
    return stored;
  }
}
