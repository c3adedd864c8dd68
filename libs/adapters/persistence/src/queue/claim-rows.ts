/** What the statements that claim deliveries have in common: how they mark them, and what they answer. */
import type { Capacity, ClaimedDelivery } from '@belfry/application';
import type { Channel, RecipientRole } from '@belfry/domain';

/** How a claim answers how far it looked: one row before the deliveries. */
interface LookColumns<Key> {
  /** The last that it got to; null where it came to the end. */
  readonly last_key: Key | null;
  /** The last of whom it claimed something. */
  readonly last_served: Key | null;
  /** Whoever got all that the limits left them. */
  readonly cut_short: Key[];
  /** True where somebody got less than that, as the claim's own limit was shared out. */
  readonly shared_out: boolean;
}

interface DeliveryColumns {
  readonly account_id: number;
  readonly delivery_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly channel: Channel;
  readonly destination: string;
  readonly recipient_role: RecipientRole | null;
  readonly payload: string;
  readonly attempts: number;
  readonly created_at: Date;
  readonly ended: boolean;
}

/** A row of a claim: the first holds the columns of the look, the others those of a delivery. */
export type ClaimRow<Key> = LookColumns<Key> & DeliveryColumns;

/** What a claim answers of each delivery, from `claimed` and `events`. */
export const deliveryColumns = `claimed.account_id, claimed.delivery_id, claimed.event_id, claimed.event_type,
  claimed.channel, claimed.destination, claimed.recipient_role, events.payload,
  claimed.attempts, claimed.created_at`;

/** The same columns of the row that says how far the claim looked. */
export const noDelivery = `NULL::bigint AS account_id, NULL::uuid AS delivery_id, NULL::uuid AS event_id,
  NULL::text AS event_type, NULL::text AS channel, NULL::text AS destination, NULL::text AS recipient_role,
  NULL::json AS payload, NULL::integer AS attempts,
  NULL::timestamptz AS created_at`;

/** A delivery as it was claimed. */
export function claimedDelivery(row: DeliveryColumns): ClaimedDelivery {
  return {
    accountId: row.account_id,
    deliveryId: row.delivery_id,
    eventId: row.event_id,
    eventType: row.event_type,
    channel: row.channel,
    destination: row.destination,
    recipientRole: row.recipient_role,
    payload: row.payload,
    attempt: row.attempts,
    createdAt: row.created_at,
  };
}

/** A capacity's maps as JSON objects: a statement finds in them by name, however many there are. */
export function jsonOf({ places, slow, destinations }: Capacity) {
  return {
    places: JSON.stringify(Object.fromEntries(places)),
    slow: JSON.stringify([...slow].map(String)),
    inFlight: JSON.stringify(Object.fromEntries(destinations.inFlight)),
  };
}
