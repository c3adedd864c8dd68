/**
 * The notification settings of an account: one endpoint, and for each event type a toggle and a list of subscribers.
 * The rule that runs through it: no toggle is on without an endpoint.
 */
import { z } from 'zod';
import { maximumSubscribers, parseEmailList } from './email-address.js';
import type { EventCatalogue } from './event-catalogue.js';
import { failure, parseWith, success, type Problem, type Result } from './problem.js';
import { parseWebhookUrl, type AllowedDestinations } from './webhook-url.js';

/** What is set for one event type. */
export interface EventSettings {
  readonly sendWebhook: boolean;
  /** At most 50 addresses. */
  readonly emailSubscribers: readonly string[];
}

/** The notification settings of an account. */
export interface NotificationSettings {
  readonly accountId: number;
  /** The endpoint; null until given. */
  readonly webhookUrl: string | null;
  /** By event type's key; an event type that is not in it is off and has no subscribers. */
  readonly events: Readonly<Record<string, EventSettings>>;
}

/** What is set for an event type nobody has touched. */
export const untouchedEventSettings: EventSettings = { sendWebhook: false, emailSubscribers: [] };

/** The settings of an account nobody has touched. */
export function untouchedSettings(accountId: number): NotificationSettings {
  return { accountId, webhookUrl: null, events: {} };
}

/** What is set for an event type. */
export function settingsFor(settings: NotificationSettings, eventType: string): EventSettings {
  return settings.events[eventType] ?? untouchedEventSettings;
}

/** How a change is meant: `replace` puts the whole in place, `merge` is a JSON Merge Patch (RFC 7396). */
export type ChangeKind = 'replace' | 'merge';

/** What a change is judged by. */
export interface ChangeRules {
  readonly catalogue: EventCatalogue;
  readonly allowed: AllowedDestinations;
}

const subscribersMessage = `must be a comma-separated string or an array of at most ${maximumSubscribers} strings`;

const eventChange = z.strictObject(
  {
    send_webhook: z.boolean({ error: 'must be true or false' }).nullish(),
    email_subscribers: z
      .union([z.string(), z.array(z.string({ error: 'must be a string' }))], { error: subscribersMessage })
      .nullish(),
  },
  { error: 'must be an object' },
);

type EventChange = z.infer<typeof eventChange>;

function changeSchema(accountId: number, keys: readonly string[]) {
  return z.strictObject(
    {
      // What a GET answers can be sent back: these two may stand in a change, and change nothing.
      account_id: z.literal(accountId, { error: `must be ${accountId}, the account of the path` }).optional(),
      updated_at: z.string({ error: 'must be a string' }).optional(),
      webhook_url: z.string({ error: 'must be a string or null' }).nullish(),
      events: z
        .strictObject(Object.fromEntries(keys.map((key) => [key, eventChange.nullish()])), { error: 'must be an object' })
        .nullish(),
    },
    { error: 'must be an object' },
  );
}

/**
 * Applies a change, in the form of the REST contract, to the settings: answers the new settings, or every problem. In a
 * `replace`, what is left out is off, empty or null; in a `merge`, what is left out stays, and null takes away. Clearing
 * the URL turns every toggle off; changing it to another valid one keeps them.
 */
export function applyChange(
  settings: NotificationSettings,
  change: unknown,
  kind: ChangeKind,
  rules: ChangeRules,
): Result<NotificationSettings> {
  const parsed = parseWith(changeSchema(settings.accountId, rules.catalogue.keys), change);
  if (!parsed.ok) return parsed;
  const before = kind === 'replace' ? untouchedSettings(settings.accountId) : settings;
  const { webhook_url: url, events } = parsed.value;

  const webhookUrl = readUrl(before.webhookUrl, url, rules.allowed);
  const problems: Problem[] = webhookUrl.ok ? [] : [...webhookUrl.problems];
  const hasUrl = webhookUrl.ok ? webhookUrl.value !== null : true;

  const after: Record<string, EventSettings> = {};
  for (const key of rules.catalogue.keys) {
    const eventSettings = changeEvent(key, settingsFor(before, key), events === null ? null : events?.[key], hasUrl);
    if (eventSettings.ok) after[key] = eventSettings.value;
    else problems.push(...eventSettings.problems);
  }
  if (!webhookUrl.ok || problems.length > 0) return failure(...problems);
  return success({ accountId: settings.accountId, webhookUrl: webhookUrl.value, events: after });
}

function readUrl(
  before: string | null,
  change: string | null | undefined,
  allowed: AllowedDestinations,
): Result<string | null> {
  if (change === undefined) return success(before);
  if (change === null) return success(null);
  const parsed = parseWebhookUrl(change, allowed);
  return parsed.ok ? parsed : failure(...parsed.problems.map((problem) => ({ ...problem, pointer: '/webhook_url' })));
}

function changeEvent(
  key: string,
  before: EventSettings,
  change: EventChange | null | undefined,
  hasUrl: boolean,
): Result<EventSettings> {
  if (change === null) return success(untouchedEventSettings);
  const problems: Problem[] = [];

  let sendWebhook = before.sendWebhook && hasUrl;
  if (change?.send_webhook !== undefined) sendWebhook = change.send_webhook ?? false;
  if (sendWebhook && !hasUrl) {
    problems.push({
      pointer: `/events/${key}/send_webhook`,
      message: 'can be true only while webhook_url is set: give a webhook_url, or set this to false',
    });
  }

  let { emailSubscribers } = before;
  if (change?.email_subscribers !== undefined) {
    const list = parseEmailList(change.email_subscribers ?? []);
    if (list.ok) emailSubscribers = list.value;
    else
      problems.push(
        ...list.problems.map(({ pointer, message }) => ({
          pointer: `/events/${key}/email_subscribers${pointer}`,
          message,
        })),
      );
  }
  return problems.length > 0 ? failure(...problems) : success({ sendWebhook, emailSubscribers });
}
