/**
 * What commands ask for, noun by noun, in the shapes of the REST API, which `--json` prints. The database stands behind
 * it today; whatever answers these shapes can, such as an HTTP client. A backend opens what it needs when it is first
 * asked, and refuses by throwing `Refusal`: `InvalidInput` where the REST API would answer 400.
 */
import type { DurationTotal } from '@belfry/application';
import type { Channel, DeliveryStatus, Problem, Scope } from '@belfry/domain';
import type {
  accountOnTheWire,
  apiKeyOnTheWire,
  auditEntryOnTheWire,
  deliveryOnTheWire,
  deliveryStatsOnTheWire,
  deliveryWithAttemptsOnTheWire,
  eventOnTheWire,
  eventTypeOnTheWire,
  portalLinkOnTheWire,
  redeliveriesOnTheWire,
  settingsOnTheWire,
} from '@belfry/nest';

/** A value after a round trip through JSON. */
export type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Json<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Json<T[Key]> }
      : T;

export type Account = Json<ReturnType<typeof accountOnTheWire>>;
export type Settings = Json<ReturnType<typeof settingsOnTheWire>>;
export type Event = Json<ReturnType<typeof eventOnTheWire>>;
export type Delivery = Json<ReturnType<typeof deliveryOnTheWire>>;
export type DeliveryWithAttempts = Json<ReturnType<typeof deliveryWithAttemptsOnTheWire>>;
export type Attempt = DeliveryWithAttempts['attempts'][number];
export type Redeliveries = Json<ReturnType<typeof redeliveriesOnTheWire>>;
export type Statistics = Json<ReturnType<typeof deliveryStatsOnTheWire>>;
export type DeliveryCount = Statistics['hours'][number];
export type EventType = Json<ReturnType<typeof eventTypeOnTheWire>>;
export type ApiKey = Json<ReturnType<typeof apiKeyOnTheWire>>;
export type AuditEntry = Json<ReturnType<typeof auditEntryOnTheWire>>;
export type PortalLink = Json<ReturnType<typeof portalLinkOnTheWire>>;

/** An event with its payload and its deliveries. */
export type EventWithDeliveries = Event & {
  readonly payload: unknown;
  readonly deliveries: readonly Delivery[];
};

/** Settings with their version, which REST answers as `ETag`. */
export interface VersionedSettings {
  readonly settings: Settings;
  readonly version: number;
}

/** The percentiles of the last attempts of one event type over one channel, over the whole window. */
export interface DurationsOfKind {
  readonly event_type: string;
  readonly channel: Channel;
  readonly duration_ms: DurationTotal['durationMs'];
}

/** An event that was accepted. */
export interface Accepted {
  readonly event_id: string;
  readonly deliveries: number;
}

/** The result of one event of a batch: accepted, or a problem document (RFC 9457). */
export type BatchResult =
  | (Accepted & { readonly status: 202 })
  | {
      readonly type: string;
      readonly title: string;
      readonly status: 400 | 404 | 409;
      readonly detail: string;
      readonly errors?: readonly Problem[];
    };

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
export interface RedeliveryFilter extends EventFilter {
  readonly status: 'failed' | 'interrupted';
  readonly channel?: Channel | undefined;
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
    publish(event: unknown, idempotencyKey: string | undefined): Promise<Accepted>;
    /** Publishes up to `maximumBatch` events, of which the first has the place `firstPlace` among all that are published. */
    publishBatch(
      events: readonly unknown[],
      idempotencyKey: string | undefined,
      firstPlace: number,
    ): Promise<readonly BatchResult[]>;
    list(accountId: number, filter: EventFilter, page: Page): Promise<Listed<Event>>;
    get(accountId: number, eventId: string): Promise<EventWithDeliveries>;
  };
  readonly deliveries: {
    list(accountId: number, filter: DeliveryFilter, page: Page): Promise<Listed<Delivery>>;
    /** Those of these deliveries that exist, in any order. */
    find(accountId: number, deliveryIds: readonly string[]): Promise<readonly Delivery[]>;
    get(accountId: number, deliveryId: string): Promise<DeliveryWithAttempts>;
    redeliver(accountId: number, deliveryId: string): Promise<{ readonly delivery_id: string }>;
    redeliverMany(accountId: number, filter: RedeliveryFilter): Promise<Redeliveries>;
    /** How many `redeliverMany` would queue at most. */
    countRedeliveries(accountId: number, filter: RedeliveryFilter): Promise<number>;
    /** Sends a sample event to the account's endpoint, and returns the finished delivery. */
    test(accountId: number, eventType: string): Promise<DeliveryWithAttempts>;
  };
  readonly statistics: {
    get(accountId: number, window: string): Promise<Statistics>;
    durations(accountId: number, from: string): Promise<readonly DurationsOfKind[]>;
  };
  readonly eventTypes: {
    list(): Promise<readonly EventType[]>;
  };
  readonly keys: {
    create(request: {
      readonly name: string;
      readonly account_id: number | null;
      readonly scopes: readonly Scope[];
    }): Promise<ApiKey & { readonly key: string }>;
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
