/** How `notification_settings.events` spells what a subscriber of an event type has chosen. */
import type { EventSettings, NotificationSettings } from '@belfry/domain';

/** What the column holds for one event type. */
export interface StoredEventSettings {
  readonly send_webhook: boolean;
  readonly email_subscribers: readonly string[];
}

/** The column, by the event types' keys. */
export type StoredEvents = Readonly<Record<string, StoredEventSettings>>;

/** The settings that a row of `notification_settings` holds. */
export function readSettings(
  accountId: number,
  webhookUrl: string | null,
  stored: StoredEvents,
): NotificationSettings {
  const events: Record<string, EventSettings> = {};
  for (const [key, { send_webhook, email_subscribers }] of Object.entries(stored)) {
    events[key] = { sendWebhook: send_webhook, emailSubscribers: email_subscribers };
  }
  return { accountId, webhookUrl, events };
}

/** What the column is to hold. */
export function writeEvents(events: NotificationSettings['events']): StoredEvents {
  return Object.fromEntries(
    Object.entries(events).map(([key, { sendWebhook, emailSubscribers }]) => [
      key,
      { send_webhook: sendWebhook, email_subscribers: [...emailSubscribers] },
    ]),
  );
}
