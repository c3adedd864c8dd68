/**
 * The notification settings of an account: one endpoint, and for each event type a toggle and a list of subscribers.
 * The rule that runs through it: no toggle is on without an endpoint.
 */
import { z } from 'zod';
import type { AllowedDestinations } from './allowed-destinations.js';
import { maximumSubscribers, mostEntries, parseEmailList } from './email-address.js';
import type { EventCatalogue } from './event-catalogue.js';
import { failure, parseWith, success, type Problem, type Result } from './problem.js';
import { parseWebhookUrl } from './webhook-url.js';

/** What is set for one event type: spelled alike in requests, in answers, in the database and in the audit log. */
export interface EventSettings {
  readonly send_webhook: boolean;
  /** At most 50 addresses. */
  readonly email_subscribers: readonly string[];
}

/** The notification settings of an account. */
export interface NotificationSettings {
  readonly accountId: number;
  /** The endpoint; null until given. */
  readonly webhookUrl: string | null;
  /** By event type's key; an event type that is not in it is off and has no subscribers. */
  readonly events: Readonly<Record<string, EventSettings>>;
}

/** The settings of an event type that were never changed. */
export const untouchedEventSettings: EventSettings = { send_webhook: false, email_subscribers: [] };

/** The settings of an account that were never changed. */
export function untouchedSettings(accountId: number): NotificationSettings {
  return { accountId, webhookUrl: null, events: {} };
}

/** What is set for an event type. */
export function settingsFor(settings: NotificationSettings, eventType: string): EventSettings {
  return settings.events[eventType] ?? untouchedEventSettings;
}

/** What is set for each of these event types. */
export function settingsForEach(
  settings: NotificationSettings,
  eventTypes: readonly string[],
): Record<string, EventSettings> {
  return Object.fromEntries(eventTypes.map((key) => [key, settingsFor(settings, key)]));
}

/** How a change is meant: `replace` puts the whole in place, `merge` is a JSON Merge Patch (RFC 7396). */
export type ChangeKind = 'replace' | 'merge';

/** What a change is judged by. */
export interface ChangeRules {
  readonly catalogue: EventCatalogue;
  readonly allowed: AllowedDestinations;
}

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

const mustBeObject = { error: 'must be an object' };

const eventChange = z.strictObject(
  {
    send_webhook: z.boolean({ error: 'must be true or false' }).nullish(),
    email_subscribers: subscribers.nullish(),
  },
  mustBeObject,
);

type EventChange = z.infer<typeof eventChange>;

const stringOrNull = z.string({ error: 'must be a string or null' });

/** The schema of a change to settings for these event types, as callers write it. */
export function settingsChange(eventTypes: readonly string[]) {
  return z.strictObject(
    {
      // What a GET answers can be sent back: these two may stand in a change, and change nothing.
      account_id: z
        .unknown()
        .optional()
        .meta({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
      webhook_url: stringOrNull.meta({ format: 'uri', maxLength: 2048 }).nullish(),
      events: z.record(z.enum(eventTypes), eventChange.nullish(), mustBeObject).nullish(),
      updated_at: stringOrNull.meta({ format: 'date-time' }).nullish(),
    },
    mustBeObject,
  );
}

const changeSchemas = new WeakMap<EventCatalogue, ReturnType<typeof settingsChange>>();

/** The schema of changes to settings for the event types of a catalogue: made once, it takes longer than a change. */
function changeSchemaOf(catalogue: EventCatalogue): ReturnType<typeof settingsChange> {
  const schema = changeSchemas.get(catalogue) ?? settingsChange(catalogue.keys);
  changeSchemas.set(catalogue, schema);
  return schema;
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
  const parsed = parseWith(changeSchemaOf(rules.catalogue), change);
  if (!parsed.ok) return parsed;
  const before = kind === 'replace' ? untouchedSettings(settings.accountId) : settings;
  const { account_id: accountId, webhook_url: url, events } = parsed.value;

  const problems: Problem[] = [];
  if (accountId !== undefined && accountId !== settings.accountId) {
    problems.push({
      pointer: '/account_id',
      message: `must be ${settings.accountId}, the account in the path`,
    });
  }
  const webhookUrl = readUrl(before.webhookUrl, url, rules.allowed);
  if (!webhookUrl.ok) problems.push(...webhookUrl.problems);
  const hasUrl = webhookUrl.ok ? webhookUrl.value !== null : true;

  const after: Record<string, EventSettings> = {};
  for (const key of rules.catalogue.keys) {
    const eventSettings = changeEvent(
      key,
      settingsFor(before, key),
      events === null ? null : events?.[key],
      hasUrl,
    );
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
  return parsed.ok
    ? parsed
    : failure(...parsed.problems.map((problem) => ({ ...problem, pointer: '/webhook_url' })));
}

function changeEvent(
  key: string,
  before: EventSettings,
  change: EventChange | null | undefined,
  hasUrl: boolean,
): Result<EventSettings> {
  if (change === null) return success(untouchedEventSettings);
  const problems: Problem[] = [];

  let sendWebhook = before.send_webhook && hasUrl;
  if (change?.send_webhook !== undefined) sendWebhook = change.send_webhook ?? false;
  if (sendWebhook && !hasUrl) {
    problems.push({
      pointer: `/events/${key}/send_webhook`,
      message: 'can be true only while webhook_url is set: set webhook_url, or set this to false',
    });
  }

  let subscribers = before.email_subscribers;
  if (change?.email_subscribers !== undefined) {
    const list = parseEmailList(change.email_subscribers ?? []);
    if (list.ok) subscribers = list.value;
    else
      problems.push(
        ...list.problems.map(({ pointer, message }) => ({
          pointer: `/events/${key}/email_subscribers${pointer}`,
          message,
        })),
      );
  }
  return problems.length > 0
    ? failure(...problems)
    : success({ send_webhook: sendWebhook, email_subscribers: subscribers });
}
