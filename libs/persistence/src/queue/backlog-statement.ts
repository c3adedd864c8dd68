import type { Backlog } from '@belfry/application';
import type { Channel } from '@belfry/domain';
import type { Run } from '../database/statement.js';

interface BacklogRow {
  readonly channel: Channel;
  readonly queued: number;
  readonly oldest_seconds: number;
  readonly waiting_for_retry: number;
}

/** Counts what waits, from the partial indexes of the queue, which hold nothing else. */
export async function readBacklog(run: Run): Promise<Record<Channel, Backlog>> {
  const rows = await run<BacklogRow>(
    `SELECT 'webhook' AS channel, count(*)::integer AS queued,
       coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0)::double precision AS oldest_seconds,
       0 AS waiting_for_retry
     FROM deliveries WHERE status = 'queued' AND channel = 'webhook'
     UNION ALL
     SELECT 'email', count(*) FILTER (WHERE next_attempt_at <= now())::integer,
       coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0)::double precision,
       count(*) FILTER (WHERE next_attempt_at > now())::integer
     FROM deliveries WHERE status = 'queued' AND channel = 'email'`,
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
