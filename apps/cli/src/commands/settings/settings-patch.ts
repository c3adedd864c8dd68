/** The JSON Merge Patch (RFC 7396) that the options of `belfry settings set` describe. */
import { WrongUse } from '../../failure.js';

/** What is to change. */
export interface SettingsPatchOptions {
  readonly webhookUrl?: string;
  readonly clearWebhookUrl?: boolean;
  /** Event types whose webhook is switched on. */
  readonly on?: readonly string[];
  readonly off?: readonly string[];
  /** Subscribers by event type: what replaces the list, comma-separated; empty clears it. */
  readonly subscribers?: Readonly<Record<string, string>>;
}

interface EventPatch {
  readonly send_webhook?: boolean;
  readonly email_subscribers?: string;
}

/** Makes the patch. Throws `WrongUse` where nothing is asked for, or one thing and its opposite. */
export function settingsPatch(options: SettingsPatchOptions): Record<string, unknown> {
  const { webhookUrl, clearWebhookUrl = false, on = [], off = [], subscribers = {} } = options;
  if (webhookUrl !== undefined && clearWebhookUrl) {
    throw new WrongUse('--webhook-url and --clear-webhook-url contradict each other: give one of them');
  }
  const both = on.find((key) => off.includes(key));
  if (both !== undefined) throw new WrongUse(`${both} is in both --on and --off`);

  const events: Record<string, EventPatch> = {};
  const change = (key: string, patch: EventPatch) => (events[key] = { ...events[key], ...patch });
  for (const key of on) change(key, { send_webhook: true });
  for (const key of off) change(key, { send_webhook: false });
  for (const [key, addresses] of Object.entries(subscribers)) change(key, { email_subscribers: addresses });

  const patch = {
    ...(webhookUrl === undefined ? {} : { webhook_url: webhookUrl }),
    ...(clearWebhookUrl ? { webhook_url: null } : {}),
    ...(Object.keys(events).length === 0 ? {} : { events }),
  };
  if (Object.keys(patch).length === 0)
    throw new WrongUse('there is nothing to change: give at least one option');
  return patch;
}
