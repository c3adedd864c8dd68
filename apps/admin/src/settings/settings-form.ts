/** The form of the Notifications & Webhooks tab: a URL and, for each event type, a toggle and a list of subscribers. */
import type { NotificationSettings } from '@belfry/contract';
import type { FieldValue, Form } from '../editing/form.js';
import {
  changeOf,
  draftOf,
  subscribersPointer,
  togglePointer,
  urlPointer,
  withEvent,
  type SettingsDraft,
} from './draft.js';

export const settingsForm: Form<NotificationSettings, SettingsDraft> = {
  draftOf,
  changeOf,
  fieldsOf(draft) {
    const { webhook_url: url, events } = changeOf(draft);
    return new Map<string, FieldValue>([
      [urlPointer, url],
      ...Object.entries(events).flatMap(([key, event]): [string, FieldValue][] => [
        [togglePointer(key), event.send_webhook],
        [subscribersPointer(key), event.email_subscribers],
      ]),
    ]);
  },
  withFields(draft, other, fields) {
    let combined = fields.includes(urlPointer) ? { ...draft, webhookUrl: other.webhookUrl } : draft;
    for (const [key, { sendWebhook, subscribers, typed }] of Object.entries(other.events)) {
      if (fields.includes(togglePointer(key))) combined = withEvent(combined, key, { sendWebhook });
      if (fields.includes(subscribersPointer(key)))
        combined = withEvent(combined, key, { subscribers, typed });
    }
    return combined;
  },
};
