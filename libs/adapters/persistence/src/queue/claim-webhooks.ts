/**
 * The statement that claims webhooks. It picks, locks and marks in one go; rows that another worker is claiming are passed
 * over (SKIP LOCKED), so that workers neither wait for each other nor get the same delivery.
 *
 * They are looked for account by account: the partial index begins with the account, and a recursive query jumps in it
 * from one account to the next. A plain "oldest first" would read past the whole backlog of an account that is at its
 * limit, again and again; this reads no more than it can claim, and one row for each account it passes. The claim's limit
 * is shared out evenly among those that have places, and so is what an origin has left among its accounts: in an order
 * drawn by lot, as accounts of one origin would otherwise always come in the same.
 *
 * A webhook goes to the endpoint that is set now. Where there is none any more, or the event type's toggle is off (a
 * redelivery was asked for by a person, whatever the toggle said), it ends here and is never sent.
 */
import type { Capacity, Lease } from '@belfry/application';
import { unsent } from '@belfry/domain';
import { PreparedStatement, type Run } from '../database/statement.js';
import { noDuration } from '../stores/delivery-statistics.js';
import { deliveryColumns, jsonOf, noDelivery, type ClaimRow } from './claim-rows.js';

/** The most accounts that one claim looks at: enough to fill any worker, and a few milliseconds at most. */
const accountsPerClaim = 256;

const queued = `status = 'queued' AND channel = 'webhook'`;

const claimWebhooksStatement = new PreparedStatement(
  'claim_webhooks',
  `WITH RECURSIVE seen AS (
       (SELECT account_id, 1 AS place FROM deliveries WHERE ${queued} AND account_id > $3
        ORDER BY account_id LIMIT 1)
       UNION ALL
       SELECT following.account_id, place + 1
       FROM seen CROSS JOIN LATERAL (
         SELECT account_id FROM deliveries WHERE ${queued} AND account_id > seen.account_id
         ORDER BY account_id LIMIT 1) AS following
       WHERE place < ${accountsPerClaim}
     ), placed AS MATERIALIZED (
       SELECT account_id, coalesce(($6::jsonb ->> account_id::text)::integer, $5::integer) AS places FROM seen
     ), able AS MATERIALIZED (
       SELECT account_id, places, settings.webhook_url, settings.events,
         substring(settings.webhook_url FROM '^[a-z]+://[^/]*') AS origin,
         CASE WHEN $7::jsonb ? account_id::text THEN $10::integer ELSE 0 END AS kept
       FROM (SELECT * FROM placed WHERE places > 0 ORDER BY account_id LIMIT $4) AS first
         LEFT JOIN LATERAL (
           SELECT webhook_url, events FROM notification_settings
           WHERE notification_settings.account_id = first.account_id LIMIT 1) AS settings ON true
     ), lots AS (
       SELECT *, count(*) OVER (PARTITION BY origin) AS accounts,
         row_number() OVER (PARTITION BY origin ORDER BY random()) AS lot,
         $8::integer - coalesce(($9::jsonb ->> origin)::integer, 0) - kept AS origin_places
       FROM able
     ), free AS MATERIALIZED (
       SELECT account_id, webhook_url, events, places, least(places, greatest(1, $4::integer / count(*) OVER ())) AS share
       FROM (SELECT account_id, webhook_url, events,
               -- What goes nowhere takes no place.
               CASE WHEN origin IS NULL THEN $4::integer ELSE least(places,
                 greatest(0, origin_places) / accounts
                 + (lot <= greatest(0, origin_places) % accounts)::integer) END AS places
             FROM lots) AS shared
       ORDER BY account_id
     ), chosen AS MATERIALIZED (
       SELECT free.account_id, free.places, free.share, oldest.delivery_id,
         CASE WHEN oldest.redelivery_of IS NOT NULL OR oldest.test
             OR (free.events -> oldest.event_type -> 'send_webhook')::boolean
           THEN free.webhook_url END AS url
       FROM free CROSS JOIN LATERAL (
         SELECT delivery_id, event_type, redelivery_of, test FROM deliveries
         WHERE ${queued} AND deliveries.account_id = free.account_id
         ORDER BY delivery_id LIMIT free.share
         FOR UPDATE SKIP LOCKED) AS oldest
       LIMIT $4
     ), taken AS (
       SELECT account_id, places, share, count(*) FROM chosen GROUP BY 1, 2, 3 ORDER BY 1
     ), claimed AS (
       UPDATE deliveries SET destination = coalesce(url, destination),
         status = CASE WHEN url IS NULL THEN 'failed' ELSE 'sending' END,
         reason = CASE WHEN url IS NULL THEN '${unsent}' END,
         finished_at = CASE WHEN url IS NULL THEN now() END,
         worker = CASE WHEN url IS NOT NULL THEN $1::uuid END,
         attempts = attempts + (url IS NOT NULL)::integer,
         started_at = CASE WHEN url IS NOT NULL THEN now() END,
         lease_expires_at = CASE WHEN url IS NOT NULL
           THEN now() + $2::double precision * interval '1 millisecond' END
       FROM chosen
       WHERE deliveries.account_id = chosen.account_id AND deliveries.delivery_id = chosen.delivery_id
         AND deliveries.status = 'queued'
       RETURNING deliveries.*
     ), counted AS (
       INSERT INTO delivery_statistics AS total (account_id, hour, channel, event_type, status, duration_ms, worker,
         deliveries)
       SELECT account_id, date_trunc('hour', finished_at, 'UTC'), channel, event_type, status, ${noDuration},
         $1::uuid, count(*)
       FROM claimed WHERE status = 'failed'
       GROUP BY 1, 2, 3, 4, 5
       ORDER BY 1, 2, 3, 4, 5
       ON CONFLICT (account_id, hour, channel, event_type, status, duration_ms, worker)
         DO UPDATE SET deliveries = total.deliveries + excluded.deliveries
     )
     SELECT CASE WHEN (SELECT count(*) FROM able) >= $4 THEN (SELECT max(account_id) FROM able)
         WHEN (SELECT count(*) FROM seen) >= ${accountsPerClaim} THEN (SELECT max(account_id) FROM seen) END AS last_key,
       (SELECT max(account_id) FROM chosen) AS last_served,
       array(SELECT account_id::double precision FROM placed WHERE places <= 0
             UNION ALL SELECT account_id FROM free WHERE places = 0
             UNION ALL SELECT account_id FROM taken WHERE count >= places) AS cut_short,
       EXISTS (SELECT FROM taken WHERE count >= share AND share < places) AS shared_out,
       false AS ended, ${noDelivery}
     UNION ALL
     SELECT NULL, NULL, NULL, NULL, claimed.status = 'failed', ${deliveryColumns}
     FROM claimed JOIN events USING (account_id, event_id)
     ORDER BY account_id NULLS FIRST, delivery_id`,
);

/** Claims webhooks of the accounts after `after`, account by account, oldest first within each. */
export function claimWebhooks(
  run: Run,
  lease: Lease,
  capacity: Capacity,
  after: number,
): Promise<ClaimRow<number>[]> {
  const { places, slow, inFlight } = jsonOf(capacity);
  const { destinations } = capacity;
  return run(claimWebhooksStatement, [
    lease.worker,
    lease.leaseMs,
    after,
    capacity.limit,
    capacity.otherPlaces,
    places,
    slow,
    destinations.limit,
    inFlight,
    destinations.keptFromSlow,
  ]);
}
