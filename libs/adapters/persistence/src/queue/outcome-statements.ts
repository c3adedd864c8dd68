/** The statements that end claims: by an outcome, by giving back, or because the lease ran out. */
import type { Lease, ClaimedDelivery, RecordedOutcome, SweptDeliveries } from '@belfry/application';
import type { Channel } from '@belfry/domain';
import { PreparedStatement, type Run } from '../database/statement.js';
import { countedDuration } from '../stores/delivery-statistics.js';

const recordStatement = new PreparedStatement(
  'record_outcomes',
  `WITH outcomes AS MATERIALIZED (
       SELECT * FROM unnest($2::bigint[], $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::double precision[],
         $8::uuid[], $9::timestamptz[], $10::integer[], $11::text[], $12::text[], $13::json[], $14::text[],
         $15::integer[], $16::json[], $17::text[], $18::integer[], $19::text[])
       AS outcome (account_id, delivery_id, attempt, status, reason, retry_in_ms,
         attempt_id, started_at, duration_ms, attempt_outcome, attempt_reason, request_headers, request_body,
         response_status, response_headers, response_body, counted_duration_ms, detail)
     ), recorded AS (
       UPDATE deliveries SET status = outcomes.status, reason = outcomes.reason, worker = NULL, lease_expires_at = NULL,
         put_off = outcomes.status = 'queued',
         next_attempt_at = CASE WHEN outcomes.status = 'queued'
           THEN now() + outcomes.retry_in_ms * interval '1 millisecond' ELSE deliveries.next_attempt_at END,
         finished_at = CASE WHEN outcomes.status = 'queued' THEN NULL
           ELSE outcomes.started_at + outcomes.duration_ms * interval '1 millisecond' END
       FROM outcomes
       WHERE deliveries.account_id = outcomes.account_id AND deliveries.delivery_id = outcomes.delivery_id
         AND deliveries.worker = $1::uuid AND deliveries.attempts = outcomes.attempt
         -- Not as OR: the planner would look for all that is being sent by the index on leases.
         AND CASE deliveries.status WHEN 'sending' THEN deliveries.channel = 'email' OR outcomes.status <> 'queued'
           WHEN 'interrupted' THEN deliveries.channel = 'webhook' AND outcomes.status <> 'queued' ELSE false END
       RETURNING deliveries.account_id, deliveries.delivery_id, deliveries.channel, deliveries.event_type,
         deliveries.status, deliveries.finished_at, outcomes.counted_duration_ms, outcomes.attempt_id,
         outcomes.started_at, outcomes.duration_ms, outcomes.attempt_outcome, outcomes.attempt_reason,
         outcomes.request_headers, outcomes.request_body, outcomes.response_status, outcomes.response_headers,
         outcomes.response_body, outcomes.detail
     ), counted AS (
       INSERT INTO delivery_statistics AS total (account_id, hour, channel, event_type, status, duration_ms, worker,
         deliveries)
       SELECT account_id, date_trunc('hour', finished_at, 'UTC'), channel, event_type, status, counted_duration_ms,
         $1::uuid, count(*)
       FROM recorded WHERE status <> 'queued'
       GROUP BY 1, 2, 3, 4, 5, 6
       ORDER BY 1, 2, 3, 4, 5, 6
       ON CONFLICT (account_id, hour, channel, event_type, status, duration_ms, worker)
         DO UPDATE SET deliveries = total.deliveries + excluded.deliveries
     ), kept AS (
       INSERT INTO attempts (account_id, delivery_id, attempt_id, started_at, duration_ms, outcome, reason,
         request_headers, request_body, response_status, response_headers, response_body, detail)
       SELECT account_id, delivery_id, attempt_id, started_at, duration_ms, attempt_outcome, attempt_reason,
         request_headers, request_body, response_status, response_headers, response_body, detail
       FROM recorded
     )
     SELECT delivery_id FROM recorded`,
);

/** Records outcomes with their attempts, where their claim still holds; answers the ids of those that it recorded. */
export async function recordOutcomes(
  run: Run,
  lease: Lease,
  outcomes: readonly RecordedOutcome[],
): Promise<{ readonly delivery_id: string }[]> {
  const column = <Value>(pick: (outcome: RecordedOutcome) => Value) => outcomes.map(pick);
  return run(recordStatement, [
    lease.worker,
    column(({ delivery }) => delivery.accountId),
    column(({ delivery }) => delivery.deliveryId),
    column(({ delivery }) => delivery.attempt),
    column(({ next }) => next.status),
    column(({ next }) => (next.status === 'failed' ? next.reason : null)),
    column(({ next }) => (next.status === 'queued' ? next.retryInMs : null)),
    column(({ attempt }) => attempt.attemptId),
    column(({ attempt }) => attempt.startedAt.toISOString()),
    column(({ attempt }) => attempt.durationMs),
    column(({ attempt }) => attempt.outcome),
    column(({ attempt }) => attempt.reason),
    column(({ attempt }) => JSON.stringify(attempt.request.headers)),
    column(({ delivery, attempt }) =>
      delivery.channel === 'webhook' ? null : storable(attempt.request.body),
    ),
    column(({ attempt }) => attempt.response?.status ?? null),
    column(({ attempt }) => (attempt.response === null ? null : storableJson(attempt.response.headers))),
    column(({ attempt }) => (attempt.response === null ? null : storable(attempt.response.body))),
    column(({ attempt }) => countedDuration(attempt.durationMs)),
    column(({ attempt }) => (attempt.detail == null ? null : storable(attempt.detail))),
  ]);
}

/**
 * Which of these outcomes need no word: a repeat of what was recorded before changes nothing, and its attempt is there;
 * and a delivery that is gone was erased while it was under way.
 */
export function findRecorded(
  run: Run,
  outcomes: readonly RecordedOutcome[],
): Promise<{ readonly delivery_id: string }[]> {
  return run(
    `SELECT delivery_id
     FROM unnest($1::bigint[], $2::uuid[], $3::uuid[]) AS outcome (account_id, delivery_id, attempt_id)
     -- Not as EXISTS, which may be planned by reading all attempts there are.
     WHERE (SELECT true FROM attempts
            WHERE attempts.account_id = outcome.account_id AND attempts.delivery_id = outcome.delivery_id
              AND attempts.attempt_id = outcome.attempt_id LIMIT 1)
       OR (SELECT true FROM deliveries
           WHERE deliveries.account_id = outcome.account_id
             AND deliveries.delivery_id = outcome.delivery_id LIMIT 1) IS NULL`,
    [
      outcomes.map(({ delivery }) => delivery.accountId),
      outcomes.map(({ delivery }) => delivery.deliveryId),
      outcomes.map(({ attempt }) => attempt.attemptId),
    ],
  );
}

/** PostgreSQL's text can't hold U+0000, which an endpoint may well answer with: the sign for it is kept, here and nowhere else. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u2400');
}

/** The same for JSON: an endpoint's headers may hold anything. */
function storableJson(headers: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [storable(name), storable(value)])),
  );
}

/** Gives claims back that were not begun; their attempt does not count. */
export function releaseClaims(
  run: Run,
  lease: Lease,
  deliveries: readonly ClaimedDelivery[],
): Promise<unknown[]> {
  return run(
    `UPDATE deliveries SET status = 'queued', attempts = attempts - 1, worker = NULL, lease_expires_at = NULL,
       started_at = NULL
     FROM unnest($2::bigint[], $3::uuid[], $4::integer[]) AS returned (account_id, delivery_id, attempt)
     WHERE deliveries.account_id = returned.account_id AND deliveries.delivery_id = returned.delivery_id
       AND deliveries.worker = $1::uuid AND deliveries.attempts = returned.attempt AND deliveries.status = 'sending'`,
    [
      lease.worker,
      deliveries.map((delivery) => delivery.accountId),
      deliveries.map((delivery) => delivery.deliveryId),
      deliveries.map((delivery) => delivery.attempt),
    ],
  );
}

/** Renews a worker's leases. Rows whose outcome is just being recorded are passed over: they need none any more. */
export function renewLeases(
  run: Run,
  lease: Lease,
  deliveries: readonly ClaimedDelivery[],
): Promise<unknown[]> {
  return run(
    `WITH held AS MATERIALIZED (
       -- One by one: a join may be planned by the index on leases, and would read all that is being sent.
       SELECT delivery.*
       FROM unnest($3::bigint[], $4::uuid[]) AS under_way (account_id, delivery_id)
         CROSS JOIN LATERAL (
           SELECT account_id, delivery_id FROM deliveries
           WHERE deliveries.account_id = under_way.account_id AND deliveries.delivery_id = under_way.delivery_id
             AND status = 'sending' AND worker = $1::uuid
           LIMIT 1 FOR UPDATE SKIP LOCKED) AS delivery
     )
     UPDATE deliveries SET lease_expires_at = now() + $2::double precision * interval '1 millisecond'
     FROM held
     WHERE deliveries.account_id = held.account_id AND deliveries.delivery_id = held.delivery_id`,
    [
      lease.worker,
      lease.leaseMs,
      deliveries.map((delivery) => delivery.accountId),
      deliveries.map((delivery) => delivery.deliveryId),
    ],
  );
}

/** Ends claims whose lease has run out, a thousand at most: a webhook becomes interrupted, a mail is queued again. */
export async function sweepLeases(run: Run): Promise<SweptDeliveries> {
  const ended = await run<{ channel: Channel; account_id: number; delivery_id: string; event_id: string }>(
    `WITH expired AS MATERIALIZED (
       SELECT account_id, delivery_id FROM deliveries
       WHERE status = 'sending' AND lease_expires_at < now()
       ORDER BY lease_expires_at LIMIT 1000
       FOR UPDATE SKIP LOCKED
     ), ended AS (
       UPDATE deliveries SET lease_expires_at = NULL,
         status = CASE channel WHEN 'webhook' THEN 'interrupted' ELSE 'queued' END,
         worker = CASE channel WHEN 'webhook' THEN worker END,
         finished_at = CASE channel WHEN 'webhook' THEN now() END,
         next_attempt_at = now()
       FROM expired
       WHERE deliveries.account_id = expired.account_id AND deliveries.delivery_id = expired.delivery_id
       RETURNING channel, deliveries.account_id, deliveries.delivery_id, event_id
     )
     SELECT * FROM ended`,
    [],
  );
  const of = (wanted: Channel) =>
    ended
      .filter(({ channel }) => channel === wanted)
      .map(({ account_id: accountId, delivery_id: deliveryId, event_id: eventId }) => ({
        accountId,
        deliveryId,
        eventId,
        channel: wanted,
      }));
  return { interrupted: of('webhook'), requeued: of('email') };
}

/** Makes mails due whose pause is over, a thousand at most; answers how many. */
export async function endPauses(run: Run): Promise<number> {
  const [row] = await run<{ count: number }>(
    `WITH over AS MATERIALIZED (
       SELECT account_id, delivery_id FROM deliveries
       WHERE status = 'queued' AND channel = 'email' AND put_off AND next_attempt_at <= now()
       ORDER BY next_attempt_at LIMIT 1000
       FOR UPDATE SKIP LOCKED
     ), due AS (
       UPDATE deliveries SET put_off = false
       FROM over
       WHERE deliveries.account_id = over.account_id AND deliveries.delivery_id = over.delivery_id
       RETURNING deliveries.delivery_id
     )
     SELECT count(*)::integer AS count FROM due`,
    [],
  );
  return row!.count;
}
