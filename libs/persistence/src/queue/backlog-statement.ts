import type { Channel } from '@belfry/domain';
import type { Run } from '../database/database.js';

interface BacklogRow {
  readonly channel: Channel;
  readonly queued: number;
  readonly oldest_seconds: number;
}

/** Counts what is queued and due, from the partial indexes of the queue, which hold nothing else. */
export async function readBacklog(
  run: Run,
): Promise<Record<Channel, { readonly queued: number; readonly oldestSeconds: number }>> {
  const rows = await run<BacklogRow>(
    `SELECT 'webhook' AS channel, count(*)::integer AS queued,
       coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0)::double precision AS oldest_seconds
     FROM deliveries WHERE status = 'queued' AND channel = 'webhook'
     UNION ALL
     SELECT 'email', count(*)::integer,
       coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0)::double precision
     FROM deliveries WHERE status = 'queued' AND channel = 'email' AND next_attempt_at <= now()`,
    [],
  );
  const of = (channel: Channel) => {
    const row = rows.find((each) => each.channel === channel)!;
    return { queued: row.queued, oldestSeconds: Math.max(0, row.oldest_seconds) };
  };
  return { webhook: of('webhook'), email: of('email') };
}
