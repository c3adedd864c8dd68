/** How what is stored looks on the wire: the REST contract's fields, in its order. REST and the command line share it. */
import type {
  Attempt,
  DeliveryCount,
  DeliverySummary,
  EventSummary,
  KeptAuditEntry,
  Principal,
  RedeliverManyResult,
  StoredAccount,
  StoredApiKey,
  StoredSettings,
} from '@belfry/application';
import {
  maskQueryValues,
  maskSecretsOf,
  maskWebhookUrl,
  reasonForAccounts,
  samplePayload,
  settingsFor,
  type EventCatalogue,
  type EventType,
  type PlatformSites,
} from '@belfry/domain';

/** An account, as the contract's section Accounts shows it. */
export function accountOnTheWire(account: StoredAccount) {
  return {
    account_id: account.accountId,
    account_name: account.accountName,
    primary_contact: account.primaryContact,
    created_at: account.createdAt,
    updated_at: account.updatedAt,
  };
}

/**
 * Notification settings, with every event type of the catalogue. `showsUrl` is false for a reader who may not change
 * the settings: the URL's query may be a shared secret.
 */
export function settingsOnTheWire(settings: StoredSettings, catalogue: EventCatalogue, showsUrl: boolean) {
  const events = catalogue.keys.map((key) => {
    const { sendWebhook, emailSubscribers } = settingsFor(settings, key);
    return [key, { send_webhook: sendWebhook, email_subscribers: emailSubscribers }] as const;
  });
  const url = settings.webhookUrl;
  return {
    account_id: settings.accountId,
    webhook_url: url === null || showsUrl ? url : maskWebhookUrl(url),
    events: Object.fromEntries(events),
    updated_at: settings.updatedAt,
  };
}

/** An event, as lists show it. */
export function eventOnTheWire(event: EventSummary) {
  return {
    event_id: event.eventId,
    event_type: event.eventType,
    environment: event.environment,
    account_id: event.accountId,
    accepted_at: event.acceptedAt,
  };
}

/** Who reads: the platform and its operators, or somebody of one account. */
export type Reader = 'platform' | 'account';

/** Whoever is bound to one account reads as that account does. */
export function readerOf({ accountId }: Pick<Principal, 'accountId'>): Reader {
  return accountId === null ? 'platform' : 'account';
}

/** A delivery, as lists show it: the secrets in its endpoint's URL are masked, and accounts learn nothing of internal names. */
export function deliveryOnTheWire(delivery: DeliverySummary, reader: Reader) {
  return {
    delivery_id: delivery.deliveryId,
    event_id: delivery.eventId,
    event_type: delivery.eventType,
    environment: delivery.environment,
    channel: delivery.channel,
    destination:
      delivery.channel === 'webhook' ? maskQueryValues(delivery.destination) : delivery.destination,
    status: delivery.status,
    reason: reasonShown(delivery.reason, delivery, reader),
    redelivery_of: delivery.redeliveryOf,
    test: delivery.test,
    created_at: delivery.createdAt,
    finished_at: delivery.finishedAt,
  };
}

/** What came back may repeat the URL, as a redirect does: its secrets are masked there too. */
function attemptOnTheWire(attempt: Attempt, delivery: DeliverySummary, reader: Reader) {
  const { channel, destination } = delivery;
  const mask = (text: string) => (channel === 'webhook' ? maskSecretsOf(destination, text) : text);
  const { response } = attempt;
  return {
    attempt_id: attempt.attemptId,
    started_at: attempt.startedAt,
    duration_ms: attempt.durationMs,
    outcome: attempt.outcome,
    reason: reasonShown(attempt.reason, delivery, reader),
    request: attempt.request,
    response:
      response === null
        ? null
        : {
            status: response.status,
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [name, mask(value)]),
            ),
            body: mask(response.body),
          },
    detail: attempt.detail ?? null,
  };
}

/** An API key, without the key itself. */
export function apiKeyOnTheWire(key: StoredApiKey) {
  return {
    key_id: key.keyId,
    name: key.name,
    account_id: key.accountId,
    scopes: key.scopes,
    created_at: key.createdAt,
    last_used_at: key.lastUsedAt,
  };
}

/** An event type, with the JSON Schema of its webhook payload and an example; the example's links begin with `sites`. */
export function eventTypeOnTheWire(type: EventType, catalogue: EventCatalogue, sites: PlatformSites) {
  return {
    key: type.key,
    name: type.name,
    description: type.description,
    schema: catalogue.payloadJsonSchema(type.key),
    example: samplePayload(type, catalogue, sites),
  };
}

/** An entry of the audit log. */
export function auditEntryOnTheWire({ entryId, at, actor, action, changes }: KeptAuditEntry) {
  return { entry_id: entryId, at, actor, action, changes };
}

/** A delivery with its attempts. */
export function deliveryWithAttemptsOnTheWire(
  delivery: DeliverySummary & { readonly attempts: readonly Attempt[] },
  reader: Reader,
) {
  return {
    ...deliveryOnTheWire(delivery, reader),
    attempts: delivery.attempts.map((attempt) => attemptOnTheWire(attempt, delivery, reader)),
  };
}

function reasonShown(
  reason: DeliverySummary['reason'],
  { channel, destination }: DeliverySummary,
  reader: Reader,
) {
  return channel === 'webhook' && reader === 'account' ? reasonForAccounts(reason, destination) : reason;
}

/** The counts of an account's deliveries in the hours from `from` to `to`. */
export function deliveryStatsOnTheWire(
  accountId: number,
  from: Date,
  to: Date,
  counts: readonly DeliveryCount[],
) {
  const hours = counts.map(({ hour, channel, eventType, status, count, durationMs }) => ({
    hour,
    channel,
    event_type: eventType,
    status,
    count,
    duration_ms: durationMs,
  }));
  return { account_id: accountId, from, to, hours };
}

/** A portal link: its secret stands in the URL. */
export function portalLinkOnTheWire(
  publicUrl: string,
  { secret, expiresAt }: { readonly secret: string; readonly expiresAt: Date },
) {
  return { url: `${publicUrl}/portal/${secret}`, expires_at: expiresAt };
}

/** The result of redelivering many; what was passed over, and the limit that ended it, are there only where they are. */
export function redeliveriesOnTheWire({ redelivered, passedOver, limited }: Redelivered) {
  return {
    redelivered,
    ...(passedOver === 0 ? {} : { passed_over: passedOver }),
    ...(limited === null
      ? {}
      : { limited: { channel: limited.channel, retry_after: limited.retryAfterSeconds } }),
  };
}

type Redelivered = Extract<RedeliverManyResult, { status: 'queued' }>;
