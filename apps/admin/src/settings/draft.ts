/**
 * Notification settings while they are being edited. A draft keeps everything as it was typed, bad addresses included;
 * what is wrong with it is said by the domain's rules, the same that the server applies on save. Its fields are named by
 * the pointers of the REST contract, so that the server's problems find their place.
 */
import type { NotificationSettings as SettingsAnswer } from '@belfry/contract';
import {
  applyChange,
  parseEmailAddress,
  parseEmailList,
  splitAtCommas,
  untouchedSettings,
  type ChangeRules,
  type NotificationSettings,
} from '@belfry/domain';
import { byField } from '../editing/form.js';

/** What is being set for one event type. */
export interface EventDraft {
  readonly sendWebhook: boolean;
  /** Addresses in their normal form, and texts that are not addresses, in the order they were given. */
  readonly subscribers: readonly string[];
  /** What was typed into the field and is not yet in the list. */
  readonly typed: string;
}

/** Settings while they are being edited. */
export interface SettingsDraft {
  readonly webhookUrl: string;
  readonly events: Readonly<Record<string, EventDraft>>;
}

/** RFC 6901 pointers of the fields that a draft has. */
export const urlPointer = '/webhook_url';
export const togglePointer = (key: string) => `/events/${key}/send_webhook`;
export const subscribersPointer = (key: string) => `/events/${key}/email_subscribers`;

/** The draft in which nothing has been changed. */
export function draftOf(settings: SettingsAnswer): SettingsDraft {
  const events = Object.entries(settings.events).map(([key, event]) => [
    key,
    { sendWebhook: event.send_webhook, subscribers: event.email_subscribers, typed: '' },
  ]);
  return {
    webhookUrl: settings.webhook_url ?? '',
    events: Object.fromEntries(events) as Record<string, EventDraft>,
  };
}

/** The draft with something else set for one event type. */
export function withEvent(draft: SettingsDraft, key: string, change: Partial<EventDraft>): SettingsDraft {
  return { ...draft, events: { ...draft.events, [key]: { ...draft.events[key]!, ...change } } };
}

/**
 * Adds a comma-separated text to a list of subscribers: good addresses in their normal form, bad ones as they were
 * written. Duplicates are left out, whatever their case.
 */
export function takeAddresses(subscribers: readonly string[], text: string): readonly string[] {
  const taken = [...subscribers];
  const seen = new Set(taken.map((entry) => entry.toLowerCase()));
  for (const entry of splitAtCommas(text)) {
    const trimmed = entry.trim();
    if (trimmed === '') continue;
    const parsed = parseEmailAddress(trimmed);
    const address = parsed.ok ? parsed.value : trimmed;
    if (seen.has(address.toLowerCase())) continue;
    seen.add(address.toLowerCase());
    taken.push(address);
  }
  return taken;
}

/**
 * The addresses in an entry that is not one address: separated by semicolons, with or without names, as mail programs
 * copy them; or bare, separated by spaces. Null if the entry holds anything else.
 */
export function addressesIn(entry: string): readonly string[] | null {
  const bySemicolons = splitAtCommas(entry.replaceAll(/[;；]/g, ','));
  return allAddresses(bySemicolons) ?? allAddresses(entry.split(/[;；\s]+/));
}

function allAddresses(parts: readonly string[]): readonly string[] | null {
  const read = parts.filter((part) => part.trim() !== '').map((part) => parseEmailAddress(part));
  const addresses = read.flatMap((one) => (one.ok ? [one.value] : []));
  return addresses.length > 0 && addresses.length === read.length ? addresses : null;
}

/** The draft with everything that was typed added to the lists. */
export function withTypedTaken(draft: SettingsDraft): SettingsDraft {
  const events = Object.entries(draft.events).map(([key, event]) => [
    key,
    { ...event, subscribers: takeAddresses(event.subscribers, event.typed), typed: '' },
  ]);
  return { ...draft, events: Object.fromEntries(events) as Record<string, EventDraft> };
}

/** The entries of a list that are not addresses, each with the reason. */
export function badAddresses(subscribers: readonly string[]): readonly { text: string; reason: string }[] {
  return subscribers.flatMap((text) => {
    const parsed = parseEmailAddress(text);
    return parsed.ok ? [] : [{ text, reason: parsed.problems[0]!.message }];
  });
}

/** What is wrong with the good addresses as a list (there may be too many); null if nothing is. */
export function listProblem(subscribers: readonly string[]): string | null {
  const good = subscribers.filter((text) => parseEmailAddress(text).ok);
  const parsed = parseEmailList(good);
  return parsed.ok ? null : parsed.problems[0]!.message;
}

/** The draft as the API takes it. Without a URL every toggle is off, as the rule has it. */
export function changeOf(draft: SettingsDraft) {
  const hasUrl = draft.webhookUrl.trim() !== '';
  const events = Object.entries(withTypedTaken(draft).events).map(([key, event]) => [
    key,
    { send_webhook: event.sendWebhook && hasUrl, email_subscribers: event.subscribers },
  ]);
  return {
    webhook_url: hasUrl ? draft.webhookUrl : null,
    events: Object.fromEntries(events) as Record<
      string,
      { send_webhook: boolean; email_subscribers: readonly string[] }
    >,
  };
}

/** Everything that is wrong with a draft, by pointer; places within a list count for the list. */
export function judge(
  draft: SettingsDraft,
  accountId: number,
  rules: ChangeRules,
): ReadonlyMap<string, string> {
  const result = applyChange(untouchedSettings(accountId), changeOf(draft), 'replace', rules);
  return result.ok ? new Map() : byField(result.problems);
}

/** The settings that a draft amounts to, as far as they are valid: the plan of deliveries is made from them. */
export function plannedSettings(
  draft: SettingsDraft,
  accountId: number,
  isUrlGood: boolean,
): NotificationSettings {
  const { webhook_url: url, events } = changeOf(draft);
  const planned = Object.entries(events).map(([key, event]) => [
    key,
    {
      send_webhook: event.send_webhook,
      email_subscribers: event.email_subscribers.filter((text) => parseEmailAddress(text).ok),
    },
  ]);
  return {
    accountId,
    webhookUrl: isUrlGood ? url : null,
    events: Object.fromEntries(planned) as NotificationSettings['events'],
  };
}

/** The toggles that saving this draft turns off because it has no URL. */
export function turnedOffWithoutUrl(draft: SettingsDraft): readonly string[] {
  if (draft.webhookUrl.trim() !== '') return [];
  return Object.keys(draft.events).filter((key) => draft.events[key]!.sendWebhook);
}
