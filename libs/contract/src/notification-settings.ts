/** Notification settings: the tab. */
import {
  maskWebhookUrl,
  platformCatalogue,
  platformId,
  settingsChange,
  settingsForEach,
  type EventCatalogue,
  type NotificationSettings as DomainSettings,
} from '@belfry/domain';
import { z } from 'zod';
import { answerOf } from './answer.js';
import { body, byEventType, email, time } from './fields.js';
import { route } from './route.js';

/** A change to notification settings, or all that they are to be. In a change, null takes away: RFC 7396. */
export const NotificationSettingsInput = settingsChange(platformCatalogue.keys).meta({
  id: 'NotificationSettingsInput',
});
export type NotificationSettingsInput = z.input<typeof NotificationSettingsInput>;

/** The notification settings of an account, with every event type. */
export const NotificationSettings = z
  .object({
    account_id: platformId,
    webhook_url: z.string().nullable(),
    events: byEventType(z.object({ send_webhook: z.boolean(), email_subscribers: z.array(email) })),
    updated_at: time,
  })
  .meta({ id: 'NotificationSettings' });
export type NotificationSettings = z.infer<typeof NotificationSettings>;

/**
 * Notification settings, with every event type. `showsUrl` is false for a reader who may not change them: the query of the
 * URL may be a shared secret.
 */
export function settingsAnswer(
  settings: DomainSettings & { readonly updatedAt: Date },
  { keys }: EventCatalogue,
  showsUrl: boolean,
): NotificationSettings {
  const { webhookUrl } = settings;
  return answerOf(NotificationSettings, {
    ...settings,
    webhookUrl: webhookUrl === null || showsUrl ? webhookUrl : maskWebhookUrl(webhookUrl),
    events: settingsForEach(settings, keys),
  });
}

/** A webhook URL to be checked. */
export const WebhookUrlInput = body(
  { webhook_url: z.string({ error: 'must be a URL as a string' }) },
  'must be an object with the field webhook_url',
).meta({ id: 'WebhookUrlInput' });

/** Whether a webhook URL would be accepted. */
export const WebhookUrlVerdict = z
  .object({
    problem: z
      .string()
      .nullable()
      .meta({ description: 'What is wrong with the URL; null if it would be accepted.' }),
  })
  .meta({ id: 'WebhookUrlVerdict' });
export type WebhookUrlVerdict = z.infer<typeof WebhookUrlVerdict>;

const tag = 'Notification settings';
const path = '/v1/accounts/{account_id}/notification-settings';
const change = {
  path,
  tag,
  access: ['settings:write'],
  headers: ['If-Match'],
  body: NotificationSettingsInput,
  checksBody: 'inside',
  answers: { 200: NotificationSettings },
} as const;

/** The routes of notification settings. */
export const notificationSettingsRoutes = {
  getSettings: route({
    method: 'get',
    path,
    summary:
      "An account's notification settings. Without settings:write, the URL's query and any tokens in its path are masked.",
    tag,
    access: ['settings:read', 'settings:write'],
    answers: { 200: NotificationSettings },
  }),
  putSettings: route({
    method: 'put',
    summary: 'Replace the notification settings: what is left out is off, empty or null.',
    ...change,
  }),
  patchSettings: route({
    method: 'patch',
    summary: 'Change the notification settings by a JSON Merge Patch (RFC 7396).',
    ...change,
  }),
  checkWebhookUrl: route({
    method: 'post',
    path: '/v1/accounts/{account_id}/webhook-url-check',
    summary: 'Check whether a webhook URL would be accepted. Nothing is stored or sent.',
    tag,
    access: ['settings:write'],
    body: WebhookUrlInput,
    answers: { 200: WebhookUrlVerdict },
  }),
};
