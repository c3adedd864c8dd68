import {
  erasedAddress,
  Redeliveries,
  type AuditEntry,
  type QueuedRedeliveries,
  type RedeliveryAllowances,
  type RedeliveryFilter,
  type RedeliveryResult,
} from '@belfry/application';
import { channels, type Channel, type RecipientRole } from '@belfry/domain';
import type { Database } from '../database/database.js';
import type { Run } from '../database/statement.js';
import { lockAllowance, spendLocked, type Left } from './allowances.js';
import { keepAuditEntry } from './audit-log.js';
import { filterValues, isInReach, isNotRedelivered, matchesFilter } from './redelivery-filter.js';

/** An old delivery that may be redelivered. */
interface OldDelivery {
  readonly delivery_id: string;
  readonly channel: Channel;
  /** What the address of a mail is to its event type now; null for a webhook, and where it gets no mails of it any more. */
  readonly role_now: RecipientRole | null;
}

interface LockedDelivery extends OldDelivery {
  readonly unfinished: boolean;
  readonly has_endpoint: boolean;
  readonly is_erased: boolean;
}

/** As `role_now`, of `deliveries` with its account and settings. Addresses are compared without regard to letter case. */
const roleNow = `
  CASE WHEN channel <> 'email' THEN NULL
    WHEN lower(destination) = lower(contact_email) THEN 'primary_contact'
    WHEN EXISTS (SELECT FROM jsonb_array_elements_text(events -> event_type -> 'email_subscribers') AS address
                 WHERE lower(address) = lower(destination)) THEN 'subscriber' END AS role_now`;

/** Redeliveries in PostgreSQL. */
export class PostgresRedeliveries extends Redeliveries {
  constructor(private readonly database: Database) {
    super();
  }

  async redeliver(
    accountId: number,
    deliveryId: string,
    newId: string,
    allowances: RedeliveryAllowances,
    audit: AuditEntry,
  ): Promise<RedeliveryResult> {
    return this.database.transaction(async (run) => {
      const old = await lockAndLook(run, accountId, deliveryId);
      if (old === null) return { status: 'not_found' };
      if (old.unfinished) return { status: 'under_way' };
      const { channel } = old;
      if (channel === 'webhook' && !old.has_endpoint) return { status: 'no_endpoint' };
      if (old.is_erased) return { status: 'recipient_erased' };
      if (channel === 'email' && old.role_now === null) return { status: 'not_a_recipient' };
      const { left, retryAfterSeconds } = await lockAllowance(run, accountId, allowances[channel]);
      if (left === 0) return { status: 'limited', channel, retryAfterSeconds };
      await spendLocked(run, accountId, allowances[channel], 1);
      await queueAgain(run, accountId, [old], [newId]);
      await keepAuditEntry(run, accountId, audit);
      return { status: 'queued' };
    });
  }

  async redeliverMatching(
    accountId: number,
    filter: RedeliveryFilter,
    newIds: readonly string[],
    after: string | null,
    allowances: RedeliveryAllowances,
    audit: (queued: number) => AuditEntry,
  ): Promise<QueuedRedeliveries> {
    return this.database.transaction(async (run) => {
      const { matching, next } = await lockMatching(run, accountId, filter, newIds.length, after);
      const left = await lockAllowances(run, accountId, matching, allowances);
      const { taken, passedOver, over } = within(matching, left);
      for (const channel of channels) {
        const count = taken.filter((old) => old.channel === channel).length;
        if (count > 0) await spendLocked(run, accountId, allowances[channel], count);
      }
      if (taken.length > 0) {
        await queueAgain(run, accountId, taken, newIds);
        await keepAuditEntry(run, accountId, audit(taken.length));
      }
      if (over === null) return { queued: taken.length, passedOver, next, limited: null };
      const { retryAfterSeconds } = left.get(over)!;
      const limited = { channel: over, retryAfterSeconds };
      return { queued: taken.length, passedOver, next: null, limited };
    });
  }
}

/** Locks what the account has left for the channels of these; one after the other in one order, as another may ask too. */
async function lockAllowances(
  run: Run,
  accountId: number,
  matching: readonly OldDelivery[],
  allowances: RedeliveryAllowances,
): Promise<Map<Channel, Left>> {
  const left = new Map<Channel, Left>();
  for (const channel of channels) {
    if (matching.some((old) => old.channel === channel))
      left.set(channel, await lockAllowance(run, accountId, allowances[channel]));
  }
  return left;
}

/** Those that may be redelivered, up to the first that an allowance does not cover: its channel is `over`. */
function within(matching: readonly OldDelivery[], left: ReadonlyMap<Channel, Left>) {
  const taken: OldDelivery[] = [];
  const places = new Map([...left].map(([channel, { left: count }]) => [channel, count]));
  let passedOver = 0;
  for (const old of matching) {
    const { channel } = old;
    if (channel === 'email' && old.role_now === null) {
      passedOver += 1;
      continue;
    }
    const count = places.get(channel)!;
    if (count === 0) return { taken, passedOver, over: channel };
    places.set(channel, count - 1);
    taken.push(old);
  }
  return { taken, passedOver, over: null };
}

/** Queues a new delivery like each of these, of the same event: to the endpoint as it is now, or to the same recipient. */
async function queueAgain(
  run: Run,
  accountId: number,
  olds: readonly OldDelivery[],
  newIds: readonly string[],
): Promise<void> {
  await run(
    `INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, recipient_role,
       recipient_domain, status, redelivery_of, test, next_attempt_at, created_at)
     SELECT account_id, new_id, event_id, event_type, channel,
       CASE channel WHEN 'webhook' THEN webhook_url ELSE destination END, role_now, recipient_domain, 'queued',
       old.delivery_id, test, now(), now()
     FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS chosen (delivery_id, new_id, role_now)
       CROSS JOIN (SELECT webhook_url FROM notification_settings WHERE account_id = $1) AS settings
       CROSS JOIN LATERAL (SELECT * FROM deliveries
                           WHERE account_id = $1 AND deliveries.delivery_id = chosen.delivery_id LIMIT 1) AS old`,
    [
      accountId,
      olds.map((old) => old.delivery_id),
      newIds.slice(0, olds.length),
      olds.map((old) => old.role_now),
    ],
  );
}

/** The most deliveries that one transaction looks at: where all of them were redelivered before, it queues none. */
export const lookedAtOnce = 2_000;

/** Locks the oldest that match, among the first after `after`; answers too after which the next call is to go on. */
async function lockMatching(
  run: Run,
  accountId: number,
  filter: RedeliveryFilter,
  most: number,
  after: string | null,
): Promise<{ readonly matching: readonly OldDelivery[]; readonly next: string | null }> {
  const [row] = await run<{ matching: readonly OldDelivery[]; looked: number; last: string }>(
    `WITH looked_at AS MATERIALIZED (
         SELECT delivery_id FROM deliveries
         WHERE ${isInReach(filter)} AND delivery_id > coalesce($8::uuid, '00000000-0000-0000-0000-000000000000')
         ORDER BY delivery_id LIMIT ${lookedAtOnce}
       ), matching AS MATERIALIZED (
         SELECT old.*
         FROM (SELECT delivery_id FROM looked_at ORDER BY delivery_id) AS looked
           CROSS JOIN (SELECT contact_email, webhook_url, events
                       FROM accounts JOIN notification_settings USING (account_id)
                       WHERE account_id = $1) AS settings
           -- One by one: a join may be planned without the id, and would read all that failed for each of these.
           CROSS JOIN LATERAL (
             SELECT delivery_id, channel, ${roleNow} FROM deliveries
             WHERE account_id = $1 AND deliveries.delivery_id = looked.delivery_id
               AND status = '${filter.status}' AND ${matchesFilter} AND ${isNotRedelivered('looked.delivery_id')}
             LIMIT 1 FOR UPDATE SKIP LOCKED) AS old
         LIMIT $9
       )
       SELECT (SELECT coalesce(jsonb_agg(to_jsonb(matching) ORDER BY delivery_id), '[]') FROM matching) AS matching,
         (SELECT count(*) FROM looked_at)::integer AS looked,
         (SELECT delivery_id FROM looked_at ORDER BY delivery_id DESC LIMIT 1) AS last`,
    [...filterValues(accountId, filter), after, most],
  );
  const { matching: locked, looked, last } = row!;
  const matching = await notYetRedelivered(run, accountId, locked);
  if (locked.length === most) return { matching, next: locked.at(-1)!.delivery_id };
  return { matching, next: looked === lookedAtOnce ? last : null };
}

/**
 * Those of locked deliveries that nobody has redelivered. Whoever did so while they were being looked for had them locked
 * until it was stored, so this statement sees it; the one that has locked them began too early to.
 */
async function notYetRedelivered(
  run: Run,
  accountId: number,
  locked: readonly OldDelivery[],
): Promise<readonly OldDelivery[]> {
  const rows = await run<{ delivery_id: string }>(
    `SELECT delivery_id FROM unnest($2::uuid[]) AS locked (delivery_id)
     WHERE ${isNotRedelivered('locked.delivery_id')}`,
    [accountId, locked.map((old) => old.delivery_id)],
  );
  const ids = new Set(rows.map((row) => row.delivery_id));
  return locked.filter((old) => ids.has(old.delivery_id));
}

/**
 * Locks the old delivery, so that two who ask at once ask one after the other. Answers whether it, or a redelivery of
 * it, is under way, and what it would be now; null where it, or its account, does not exist.
 */
async function lockAndLook(run: Run, accountId: number, deliveryId: string): Promise<LockedDelivery | null> {
  const locked = await run('SELECT FROM deliveries WHERE account_id = $1 AND delivery_id = $2 FOR UPDATE', [
    accountId,
    deliveryId,
  ]);
  if (locked.length === 0) return null;
  const [row] = await run<LockedDelivery>(
    `SELECT delivery_id, channel, ${roleNow}, webhook_url IS NOT NULL AS has_endpoint,
       destination = '${erasedAddress}' AS is_erased,
       -- Not in one look by OR, which would read all that the account has.
       deliveries.status IN ('queued', 'sending')
         OR EXISTS (SELECT FROM deliveries AS later
                    WHERE later.account_id = $1 AND later.redelivery_of = $2
                      AND later.status IN ('queued', 'sending')) AS unfinished
     FROM deliveries JOIN accounts USING (account_id) JOIN notification_settings AS settings USING (account_id)
     WHERE account_id = $1 AND delivery_id = $2`,
    [accountId, deliveryId],
  );
  return row ?? null;
}
