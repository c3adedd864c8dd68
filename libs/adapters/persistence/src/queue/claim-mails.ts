/**
 * The statement that claims mails. Like that for webhooks it picks, locks and marks in one go, and goes along a partial
 * index that has the order of the turns: by recipient domain and, within it, by account. A recursive query jumps from
 * one domain to the next, and within each from one account to the next: the backlog of none is read. Of each account the
 * mails that waited longest come first.
 *
 * A domain's places go round its accounts, beginning after the one that had the last of them (`turns`).
 */
import type { Capacity, Lease } from '@belfry/application';
import { PreparedStatement, type Run } from '../database/statement.js';
import { deliveryColumns, jsonOf, noDelivery, type ClaimRow } from './claim-rows.js';

/** The most recipient domains that one claim looks at. */
const domainsPerClaim = 256;

const due = `status = 'queued' AND channel = 'email' AND NOT put_off`;

/** Up to as many accounts as the domain of `shared` has places, from one account to another, as a query of one column. */
const accountsBetween = (above: string, upTo: string) => `
  (WITH RECURSIVE turn AS (
     (SELECT account_id, 1 AS place FROM deliveries
      WHERE ${due} AND recipient_domain = shared.recipient_domain AND account_id > ${above} AND account_id <= ${upTo}
      ORDER BY account_id LIMIT 1)
     UNION ALL
     SELECT following.account_id, place + 1
     FROM turn CROSS JOIN LATERAL (
       SELECT account_id FROM deliveries
       WHERE ${due} AND recipient_domain = shared.recipient_domain AND account_id > turn.account_id
         AND account_id <= ${upTo}
       ORDER BY account_id LIMIT 1) AS following
     WHERE place < shared.share
   ) SELECT account_id FROM turn)`;

const lastAccount = 9_007_199_254_740_991;

const claimMailsStatement = new PreparedStatement(
  'claim_mails',
  `WITH RECURSIVE seen AS (
       (SELECT recipient_domain, 1 AS place FROM deliveries WHERE ${due} AND recipient_domain > $3
        ORDER BY recipient_domain LIMIT 1)
       UNION ALL
       SELECT following.recipient_domain, place + 1
       FROM seen CROSS JOIN LATERAL (
         SELECT recipient_domain FROM deliveries WHERE ${due} AND recipient_domain > seen.recipient_domain
         ORDER BY recipient_domain LIMIT 1) AS following
       WHERE place < ${domainsPerClaim}
     ), able AS MATERIALIZED (
       SELECT recipient_domain, $7::integer - coalesce(($8::jsonb ->> recipient_domain)::integer, 0) AS places,
         coalesce(($9::jsonb ->> recipient_domain)::bigint, 0) AS pivot
       FROM seen
     ), shared AS MATERIALIZED (
       SELECT *, least(places, greatest(1, $4::integer / count(*) OVER ()))::integer AS share
       FROM able WHERE places > 0
       ORDER BY recipient_domain LIMIT $4
     ), waiting AS (
       SELECT shared.recipient_domain, shared.places, shared.share, turn.account_id, oldest.delivery_id,
         turn.account_id <= pivot AS was_served, turn.most, oldest.round,
         coalesce(($6::jsonb ->> turn.account_id::text)::integer, $5::integer) AS account_places
       FROM shared CROSS JOIN LATERAL (
         -- Of each account no more than its part.
         SELECT account_id, (shared.share + count(*) OVER () - 1) / count(*) OVER () AS most FROM (
           SELECT account_id FROM ${accountsBetween('shared.pivot', `${lastAccount}`)} AS after_pivot
           UNION ALL SELECT account_id FROM ${accountsBetween('0', 'shared.pivot')} AS up_to_pivot
           LIMIT shared.share) AS turns) AS turn
       CROSS JOIN LATERAL (
         SELECT delivery_id, row_number() OVER (ORDER BY next_attempt_at, delivery_id) AS round
         FROM (SELECT delivery_id, next_attempt_at FROM deliveries
               WHERE ${due} AND recipient_domain = shared.recipient_domain AND account_id = turn.account_id
                 AND next_attempt_at <= now()
               ORDER BY next_attempt_at, delivery_id LIMIT turn.most) AS first) AS oldest
     ), placed AS MATERIALIZED (
       SELECT *, row_number() OVER (PARTITION BY recipient_domain ORDER BY round, was_served, account_id) AS place,
         count(*) OVER (PARTITION BY recipient_domain) AS of_domain
       FROM (SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY round, recipient_domain) AS of_account
             FROM waiting) AS numbered
       WHERE of_account <= account_places
     ), chosen AS MATERIALIZED (
       SELECT deliveries.account_id, deliveries.delivery_id, placed.recipient_domain, place
       FROM placed JOIN deliveries USING (account_id, delivery_id)
       WHERE deliveries.status = 'queued' AND place <= share
         -- What is queued of an account that is being erased is not sent. Not as EXISTS: the planner would begin with it.
         AND (SELECT true FROM accounts WHERE accounts.account_id = placed.account_id)
       ORDER BY place, placed.recipient_domain LIMIT $4
       FOR UPDATE OF deliveries SKIP LOCKED
     ), claimed AS (
       UPDATE deliveries SET status = 'sending', worker = $1::uuid, attempts = attempts + 1, started_at = now(),
         lease_expires_at = now() + $2::double precision * interval '1 millisecond'
       FROM chosen
       WHERE deliveries.account_id = chosen.account_id AND deliveries.delivery_id = chosen.delivery_id
         AND deliveries.status = 'queued'
       RETURNING deliveries.*, place
     )
     SELECT CASE WHEN (SELECT count(*) FROM shared) >= $4 THEN (SELECT max(recipient_domain) FROM shared)
         WHEN (SELECT count(*) FROM seen) >= ${domainsPerClaim} THEN (SELECT max(recipient_domain) FROM seen)
         END AS last_key,
       (SELECT max(recipient_domain) FROM chosen) AS last_served,
       array(SELECT recipient_domain FROM able WHERE places <= 0
             UNION ALL SELECT recipient_domain FROM placed WHERE place = places) AS cut_short,
       EXISTS (SELECT FROM placed
               WHERE place = share AND share < places OR round = most AND of_domain < share) AS shared_out,
       false AS ended, 0 AS place, NULL::text AS recipient_domain, ${noDelivery}
     UNION ALL
     SELECT NULL, NULL, NULL, NULL, false, place, claimed.recipient_domain, ${deliveryColumns}
     FROM claimed JOIN events USING (account_id, event_id)
     ORDER BY place, recipient_domain`,
);

/** Claims mails that are due of the domains after `after`, within the limits of each domain and account. */
export function claimMails(
  run: Run,
  lease: Lease,
  capacity: Capacity,
  after: string,
  turns: ReadonlyMap<string, number>,
): Promise<ClaimRow<string>[]> {
  const { places, inFlight } = jsonOf(capacity);
  return run(claimMailsStatement, [
    lease.worker,
    lease.leaseMs,
    after,
    capacity.limit,
    capacity.otherPlaces,
    places,
    capacity.destinations.limit,
    inFlight,
    JSON.stringify(Object.fromEntries(turns)),
  ]);
}
