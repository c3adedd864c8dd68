import type { Account } from './account.js';
import type { Delivery } from './delivery.js';
import type { NotificationSettings } from './notification-settings.js';

/** A delivery that an event calls for. */
export type PlannedDelivery = Pick<Delivery, 'channel' | 'destination' | 'recipientRole'>;

/**
 * Who gets an event of this type: the endpoint, if the event type's toggle is on; the primary contact, always; and the
 * event type's subscribers. No address gets two mails, without regard to letter case. The webhook comes first, then
 * the primary contact, then the subscribers in the order of the list.
 */
export function planDeliveries(
  eventType: string,
  settings: NotificationSettings,
  account: Account,
): PlannedDelivery[] {
  const plan: PlannedDelivery[] = [];
  const chosen = settings.events[eventType];
  if (chosen?.send_webhook === true && settings.webhookUrl !== null) {
    plan.push({ channel: 'webhook', destination: settings.webhookUrl, recipientRole: null });
  }
  const contact = account.primaryContact.email;
  plan.push({ channel: 'email', destination: contact, recipientRole: 'primary_contact' });
  const mailed = new Set([contact.toLowerCase()]);
  for (const address of chosen?.email_subscribers ?? []) {
    const key = address.toLowerCase();
    if (mailed.has(key)) continue;
    mailed.add(key);
    plan.push({ channel: 'email', destination: address, recipientRole: 'subscriber' });
  }
  return plan;
}
