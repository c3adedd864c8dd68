/** Notification settings: the tab. */
import { maximumSubscribers, mostEntries, platformId } from '@belfry/domain';
import { z } from 'zod';
import { body, byEventType, email, time } from './fields.js';
import { route } from './route.js';

const subscribersMessage = `must be a comma-separated string or an array of at most ${maximumSubscribers} strings`;

// Not a union of string and array: that would say no more of a wrong element than that the whole is wrong.
const subscribers = z
  .custom<string | unknown[]>(
    (input) => typeof input === 'string' || Array.isArray(input),
    subscribersMessage,
  )
  .transform((input, context) => {
    // A list that is too long is refused whole by the list's own rule: nothing is said of its elements.
    if (typeof input === 'string' || input.length > mostEntries) return input as string | string[];
    return input.map((element, index) => {
      if (typeof element === 'string') return element;
      context.addIssue({ code: 'custom', path: [index], message: 'must be a string' });
      return z.NEVER;
    });
  })
  .meta({
    anyOf: [{ type: 'array', items: { type: 'string' }, maxItems: maximumSubscribers }, { type: 'string' }],
    description: 'An array of addresses, or one comma-separated string.',
  });

const stringOrNull = z.string({ error: 'must be a string or null' });

/** A change to notification settings, or all that they are to be. In a change, null takes away: RFC 7396. */
export const NotificationSettingsInput = body({
  // What a GET answers can be sent back: these two may stand in a change, and change nothing.
  account_id: z.unknown().optional().meta({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  webhook_url: stringOrNull.meta({ format: 'uri', maxLength: 2048 }).nullish(),
  events: byEventType(
    body({
      send_webhook: z.boolean({ error: 'must be true or false' }).nullish(),
      email_subscribers: subscribers.nullish(),
    }).nullish(),
  ).nullish(),
  updated_at: stringOrNull.meta({ format: 'date-time' }).nullish(),
}).meta({ id: 'NotificationSettingsInput' });
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
