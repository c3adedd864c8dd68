/**
 * The statements that claim deliveries. Each picks, locks and marks in one go; rows that another worker is claiming are
 * passed over (SKIP LOCKED), so that workers neither wait for each other nor get the same delivery.
 *
 * Webhooks are looked for account by account: the partial index begins with the account, and a recursive query jumps in
 * it from one account to the next. A plain "oldest first" would read past the whole backlog of an account that is at its
 * limit, again and again; this reads no more than it can claim, and one row for each account it passes.
 */
import type { Capacity, Claim } from '@belfry/application';
import type { Channel, RecipientRole } from '@belfry/domain';
import { PreparedStatement, type Run } from '../database/statement.js';

/** The most accounts that one claim of webhooks looks at: enough to fill any worker, and a few milliseconds at most. */
export const accountsPerClaim = 256;

/** How many due mails are looked at for each that can be claimed: those of recipient domains at their limit are passed. */
const mailsPerPlace = 4;

export interface ClaimedRow {
  readonly account_id: number;
  readonly delivery_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly channel: Channel;
  readonly destination: string;
  readonly recipient_role: RecipientRole | null;
  readonly recipient_domain: string | null;
  readonly payload: string;
  readonly attempts: number;
  readonly created_at: Date;
}

/** Marks the deliveries of the query `chosen` as sent by a worker ($1) under a lease ($2, milliseconds). */
const markClaimed = `
  UPDATE deliveries SET status = 'sending', worker = $1::uuid, attempts = attempts + 1, started_at = now(),
    lease_expires_at = now() + $2::double precision * interval '1 millisecond'
  FROM chosen
  WHERE deliveries.account_id = chosen.account_id AND deliveries.delivery_id = chosen.delivery_id
    AND deliveries.status = 'queued'
  RETURNING deliveries.*`;

const claimedColumns = `claimed.account_id, claimed.delivery_id, claimed.event_id, claimed.event_type, claimed.channel,
  claimed.destination, claimed.recipient_role, claimed.recipient_domain, events.payload, claimed.attempts,
  claimed.created_at`;

/** What a claim of webhooks answers in each row: how far it looked, and a delivery, unless it claimed none. */
export interface WebhookClaimRow extends ClaimedRow {
  readonly accounts_seen: number;
  readonly last_account: number | null;
}

const claimWebhooksStatement = new PreparedStatement(
  'claim_webhooks',
  `WITH RECURSIVE seen AS (
       (SELECT account_id, 1 AS place FROM deliveries
        WHERE status = 'queued' AND channel = 'webhook' AND account_id > $3
        ORDER BY account_id LIMIT 1)
       UNION ALL
       SELECT following.account_id, place + 1
       FROM seen CROSS JOIN LATERAL (
         SELECT account_id FROM deliveries
         WHERE status = 'queued' AND channel = 'webhook' AND account_id > seen.account_id
         ORDER BY account_id LIMIT 1) AS following
       WHERE place < ${accountsPerClaim}
     ), free AS MATERIALIZED (
       SELECT account_id, $5::integer - coalesce(in_flight, 0) AS places
       FROM seen LEFT JOIN unnest($6::bigint[], $7::integer[]) AS busy (account_id, in_flight) USING (account_id)
       ORDER BY account_id
     ), chosen AS MATERIALIZED (
       SELECT free.account_id, oldest.delivery_id
       FROM free CROSS JOIN LATERAL (
         SELECT delivery_id FROM deliveries
         WHERE status = 'queued' AND channel = 'webhook' AND deliveries.account_id = free.account_id
         ORDER BY delivery_id LIMIT greatest(free.places, 0)
         FOR UPDATE SKIP LOCKED) AS oldest
       LIMIT $4
     ), claimed AS (${markClaimed})
     SELECT (SELECT count(*) FROM seen) AS accounts_seen, (SELECT max(account_id) FROM seen) AS last_account,
       ${claimedColumns}
     FROM (SELECT) AS always LEFT JOIN (claimed JOIN events USING (account_id, event_id)) ON true
     ORDER BY claimed.account_id, claimed.delivery_id`,
);

/** Claims webhooks of the accounts after `after`, account by account, oldest first within each. */
export function claimWebhooks(
  run: Run,
  claim: Claim,
  capacity: Capacity,
  after: number,
): Promise<WebhookClaimRow[]> {
  return run(claimWebhooksStatement, [
    claim.worker,
    claim.leaseMs,
    after,
    capacity.limit,
    capacity.perKey,
    ...busyOf(capacity),
  ]);
}

const claimMailsStatement = new PreparedStatement(
  'claim_mails',
  `WITH due AS MATERIALIZED (
       SELECT account_id, delivery_id, recipient_domain, next_attempt_at FROM deliveries
       WHERE status = 'queued' AND channel = 'email' AND next_attempt_at <= now()
         AND recipient_domain <> ALL ($7::text[])
       ORDER BY next_attempt_at, delivery_id LIMIT ${mailsPerPlace} * $3::integer
     ), placed AS (
       SELECT *, row_number() OVER (PARTITION BY recipient_domain ORDER BY next_attempt_at, delivery_id) AS place
       FROM due
     ), chosen AS MATERIALIZED (
       SELECT deliveries.account_id, deliveries.delivery_id
       FROM placed JOIN deliveries USING (account_id, delivery_id)
         LEFT JOIN unnest($5::text[], $6::integer[]) AS busy (recipient_domain, in_flight)
           ON busy.recipient_domain = placed.recipient_domain
       WHERE deliveries.status = 'queued' AND place <= $4::integer - coalesce(in_flight, 0)
       ORDER BY placed.next_attempt_at, placed.delivery_id LIMIT $3
       FOR UPDATE OF deliveries SKIP LOCKED
     ), claimed AS (${markClaimed})
     SELECT ${claimedColumns} FROM claimed JOIN events USING (account_id, event_id)
     ORDER BY claimed.next_attempt_at, claimed.delivery_id`,
);

/** Claims mails that are due, those that waited longest first, within the limit of each recipient domain. */
export function claimMails(run: Run, claim: Claim, capacity: Capacity): Promise<ClaimedRow[]> {
  const [domains, inFlight] = busyOf(capacity);
  const full = domains.filter((_domain, index) => inFlight[index]! >= capacity.perKey);
  return run(claimMailsStatement, [
    claim.worker,
    claim.leaseMs,
    capacity.limit,
    capacity.perKey,
    domains,
    inFlight,
    full,
  ]);
}

function busyOf(capacity: Capacity): [(number | string)[], number[]] {
  return [[...capacity.inFlight.keys()], [...capacity.inFlight.values()]];
}
