import type { Backlog } from '@belfry/application';
import type { Channel } from '@belfry/domain';
import type { Reads } from '../database/read-database.js';

interface BacklogRow {
  readonly channel: Channel;
  readonly queued: number;
  readonly oldest_seconds: number;
  readonly waiting_for_retry: number;
}

/** Counting stops here: whoever looks at the queue's length then knows enough, and looks several times a minute. */
export const mostCounted = 100_000;
/** How many accounts are asked for their oldest queued webhook. */
export const mostAccounts = 2_000;

/**
 * Counts what waits, from the partial indexes of the queue, which hold nothing else, up to 100,000 of a kind. The oldest
 * webhook is looked for among the first of each account, as the index is by account; of mails among those counted.
 */
export async function readBacklog(reads: Reads): Promise<Record<Channel, Backlog>> {
  const rows = await reads.statement<BacklogRow>(
    `WITH RECURSIVE fronts AS (
       (SELECT account_id, next_attempt_at, 1 AS place FROM deliveries
        WHERE status = 'queued' AND channel = 'webhook' ORDER BY account_id, delivery_id LIMIT 1)
       UNION ALL
       SELECT following.account_id, following.next_attempt_at, place + 1
       FROM fronts CROSS JOIN LATERAL (
         SELECT account_id, next_attempt_at FROM deliveries
         WHERE status = 'queued' AND channel = 'webhook' AND account_id > fronts.account_id
         ORDER BY account_id, delivery_id LIMIT 1) AS following
       WHERE place < ${mostAccounts}
     ), webhooks AS (
       SELECT count(*)::integer AS queued FROM (
         SELECT FROM deliveries WHERE status = 'queued' AND channel = 'webhook' LIMIT ${mostCounted}) AS counted
     ), due AS (
       SELECT count(*)::integer AS queued, min(next_attempt_at) AS oldest FROM (
         SELECT next_attempt_at FROM deliveries
         WHERE status = 'queued' AND channel = 'email' AND NOT put_off LIMIT ${mostCounted}) AS counted
     ), later AS (
       SELECT count(*)::integer AS waiting FROM (
         SELECT FROM deliveries WHERE status = 'queued' AND channel = 'email' AND put_off LIMIT ${mostCounted}) AS counted
     )
     SELECT 'webhook' AS channel, queued, 0 AS waiting_for_retry,
       coalesce(extract(epoch FROM now() - (SELECT min(next_attempt_at) FROM fronts)), 0)::double precision
         AS oldest_seconds
     FROM webhooks
     UNION ALL
     SELECT 'email', queued, waiting, coalesce(extract(epoch FROM now() - oldest), 0)::double precision
     FROM due CROSS JOIN later`,
    [],
  );
  const of = (channel: Channel) => {
    const row = rows.find((each) => each.channel === channel)!;
    return {
      queued: row.queued,
      oldestSeconds: Math.max(0, row.oldest_seconds),
      waitingForRetry: row.waiting_for_retry,
    };
  };
  return { webhook: of('webhook'), email: of('email') };
}
