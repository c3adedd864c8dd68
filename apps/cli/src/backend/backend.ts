/**
 * What commands ask for, noun by noun, in the shapes of the REST API, which `--json` prints. Behind it stands the
 * database, or an API over HTTP. A backend opens what it needs when it is first
 * asked, and refuses by throwing `Refusal`: `InvalidInput` where the REST API would answer 400.
 */
import type { DurationTotal } from '@belfry/application';
import type {
  Account,
  ApiKey,
  ApiKeyCreated,
  ApiKeyInput,
  AuditEntry,
  Delivery,
  DeliveryDetail,
  DeliveryStats,
  Event,
  EventAccepted,
  EventBatchResult,
  EventDetail,
  EventTypeList,
  NotificationSettings,
  PortalLink,
  RedeliveriesQueued,
  RedeliveryFilter,
  RedeliveryQueued,
} from '@belfry/contract';
import type { Channel, DeliveryStatus } from '@belfry/domain';

export type EventType = EventTypeList['event_types'][number];
export type BatchResult = EventBatchResult['results'][number];

/** Settings with their version, which REST answers as `ETag`. */
export interface VersionedSettings {
  readonly settings: NotificationSettings;
  readonly version: number;
}

/** The percentiles of the last attempts of one event type over one channel, over the whole window. */
export interface DurationsOfKind {
  readonly event_type: string;
  readonly channel: Channel;
  readonly duration_ms: DurationTotal['durationMs'];
}

/** Which part of a list is asked for. */
export interface Page {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Part of a list; it may be shorter than its limit though the list goes on. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/** Which events or deliveries are asked for. */
export interface EventFilter {
  readonly event_type?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
export interface DeliveryFilter extends EventFilter {
  readonly status?: DeliveryStatus | undefined;
  readonly channel?: Channel | undefined;
  readonly event_id?: string | undefined;
}

export interface Backend {
  readonly accounts: {
    list(page: Page): Promise<Listed<Account>>;
    get(accountId: number): Promise<Account>;
    put(
      accountId: number,
      document: unknown,
    ): Promise<{ readonly account: Account; readonly created: boolean }>;
    /** Settles once everything is gone. */
    erase(accountId: number): Promise<void>;
    /** Erases a person's address from an account. */
    forget(accountId: number, email: string): Promise<void>;
  };
  readonly settings: {
    get(accountId: number): Promise<VersionedSettings>;
    /** Replaces the settings, or merges a patch (RFC 7396) into them; only at the version `ifMatch` where that is given. */
    change(
      accountId: number,
      document: unknown,
      how: 'merge' | 'replace',
      ifMatch: number | undefined,
    ): Promise<VersionedSettings>;
  };
  readonly events: {
    publish(event: unknown, idempotencyKey: string | undefined): Promise<EventAccepted>;
    /** Publishes up to `maximumBatch` events, of which the first has the place `firstPlace` among all that are published. */
    publishBatch(
      events: readonly unknown[],
      idempotencyKey: string | undefined,
      firstPlace: number,
    ): Promise<readonly BatchResult[]>;
    list(accountId: number, filter: EventFilter, page: Page): Promise<Listed<Event>>;
    get(accountId: number, eventId: string): Promise<EventDetail>;
  };
  readonly deliveries: {
    list(accountId: number, filter: DeliveryFilter, page: Page): Promise<Listed<Delivery>>;
    /** Those of these deliveries that exist, in any order. */
    find(accountId: number, deliveryIds: readonly string[]): Promise<readonly Delivery[]>;
    get(accountId: number, deliveryId: string): Promise<DeliveryDetail>;
    redeliver(accountId: number, deliveryId: string): Promise<RedeliveryQueued>;
    redeliverMany(accountId: number, filter: RedeliveryFilter): Promise<RedeliveriesQueued>;
    /** How many `redeliverMany` would queue at most; null where that cannot be known beforehand. */
    countRedeliveries(accountId: number, filter: RedeliveryFilter): Promise<number | null>;
    /** Sends a sample event to the account's endpoint, and returns the finished delivery. */
    test(accountId: number, eventType: string): Promise<DeliveryDetail>;
  };
  readonly statistics: {
    get(accountId: number, window: string): Promise<DeliveryStats>;
    /** Null where they are known by the hour alone. */
    durations(accountId: number, from: string): Promise<readonly DurationsOfKind[] | null>;
  };
  readonly eventTypes: {
    list(): Promise<readonly EventType[]>;
  };
  readonly keys: {
    create(request: ApiKeyInput): Promise<ApiKeyCreated>;
    list(page: Page): Promise<Listed<ApiKey>>;
    revoke(keyId: string): Promise<void>;
  };
  readonly audit: {
    /** The entries of an account or, where that is null, those that belong to no account. */
    list(accountId: number | null, page: Page): Promise<Listed<AuditEntry>>;
  };
  readonly portalLinks: {
    create(accountId: number): Promise<PortalLink>;
  };
}
