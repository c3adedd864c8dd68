import type { Channel, DeliveryStatus } from '@belfry/domain';
import type { Allowance, UsedUp } from './allowances.js';
import type { AuditEntry } from './audit-log.js';

/** The answer to a request for one redelivery. */
export type RedeliveryResult =
  | { readonly status: 'queued' }
  | { readonly status: 'not_found' }
  /** The old delivery may still succeed without it. */
  | { readonly status: 'under_way' }
  /** The account has no endpoint now. */
  | { readonly status: 'no_endpoint' }
  /** The address that the mail went to was erased. */
  | { readonly status: 'recipient_erased' }
  /** The mail went to an address that gets mails of its event type no more. */
  | { readonly status: 'not_a_recipient' }
  /** The account has had redelivered as much as it may for now. */
  | ({ readonly status: 'limited'; readonly channel: Channel } & UsedUp);

/** What an account may have redelivered, by channel. */
export type RedeliveryAllowances = Readonly<Record<Channel, Allowance>>;

/** What one transaction queued of many. */
export interface QueuedRedeliveries {
  readonly queued: number;
  /** Mails to addresses that get mails of their event type no more. */
  readonly passedOver: number;
  /** After which delivery the next call is to go on; null: all were looked at, or a limit was reached. */
  readonly next: string | null;
  /** The limit that was reached, where one was: the rest is left for later. */
  readonly limited: ({ readonly channel: Channel } & UsedUp) | null;
}

/** Which finished deliveries of an account are to be delivered again. */
export interface RedeliveryFilter {
  readonly status: Extract<DeliveryStatus, 'failed' | 'interrupted'>;
  readonly channel?: Channel | undefined;
  readonly eventType?: string | undefined;
  /** Created at this time or later. */
  readonly from?: Date | undefined;
  /** Created before this time. */
  readonly to?: Date | undefined;
}

/**
 * Makes new deliveries of old events: the same payload, to the account's endpoint as it is now, or to the same
 * recipient, if it still is one: the primary contact, or a subscriber of the event type. They are queued like any other,
 * and count against the allowance of their account and channel.
 */
export abstract class Redeliveries {
  /** Queues one redelivery under the id `newId`, and keeps the entry for the audit log with it. */
  abstract redeliver(
    accountId: number,
    deliveryId: string,
    newId: string,
    allowances: RedeliveryAllowances,
    audit: AuditEntry,
  ): Promise<RedeliveryResult>;

  /**
   * Queues redeliveries of the oldest deliveries that match, are no tests, and that no delivery names as its origin yet, one for each
   * of `newIds` at most. Looks at some thousands from the first after the delivery `after` (null: from the start). Ends at
   * the first that an allowance does not cover. `audit` makes the entry for the audit log from that number; one with the id of an entry that is kept already takes its place.
   */
  abstract redeliverMatching(
    accountId: number,
    filter: RedeliveryFilter,
    newIds: readonly string[],
    after: string | null,
    allowances: RedeliveryAllowances,
    audit: (queued: number) => AuditEntry,
  ): Promise<QueuedRedeliveries>;
}
