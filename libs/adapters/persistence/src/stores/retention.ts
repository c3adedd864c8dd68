import { Retention } from '@belfry/application';
import type { Database } from '../database/database.js';
import { idsAround } from '../database/uuid-bounds.js';

/** The most accounts that one batch looks at: a few milliseconds where none of them has anything old. */
const accountsPerBatch = 500;

/** What a batch deleted, and the account after which the next one is to go on; null where all were looked at. */
type Batch = Awaited<ReturnType<Retention['deleteEvents']>>;

/** Removes what was kept long enough from PostgreSQL, by statements that take a batch each. */
export class PostgresRetention extends Retention {
  constructor(private readonly database: Database) {
    super();
  }

  deleteEvents(before: Date, limit: number, after: number): Promise<Batch> {
    return this.deleteBatch(eventsBatch, before, limit, after);
  }

  deleteAuditEntries(before: Date, limit: number, after: number): Promise<Batch> {
    return this.deleteBatch(auditEntriesBatch, before, limit, after);
  }

  async deleteRevokedKeys(before: Date, limit: number): Promise<number> {
    const deleted = await this.database.statement(
      `DELETE FROM api_keys WHERE key_id IN (
         SELECT key_id FROM api_keys WHERE revoked_at < $1::timestamptz ORDER BY revoked_at LIMIT $2)
       RETURNING key_id`,
      [before.toISOString(), limit],
    );
    return deleted.length;
  }

  async deleteLeftovers(before: Date): Promise<void> {
    for (const condition of [
      `idempotency_keys WHERE created_at < now() - interval '24 hours'`,
      'portal_links WHERE expires_at < now()',
      'portal_sessions WHERE expires_at < now()',
    ])
      await this.database.statement(`DELETE FROM ${condition}`, []);
    await this.database.statement('DELETE FROM delivery_statistics WHERE hour < $1::timestamptz', [
      before.toISOString(),
    ]);
  }

  private async deleteBatch(batch: string, before: Date, limit: number, after: number): Promise<Batch> {
    const [row] = await this.database.statement<{
      accounts_seen: number;
      last_account: number | null;
      deleted: number;
      last_deleted: number | null;
    }>(batch, [before.toISOString(), limit, after, idsAround(undefined, before).high]);
    const { accounts_seen, last_account, deleted, last_deleted } = row!;
    // Cut short by its limit, it may have left something of the account it ended with.
    if (deleted === limit) return { deleted, next: Math.max(last_deleted! - 1, after) };
    return { deleted, next: accounts_seen < accountsPerBatch ? null : last_account! };
  }
}

/**
 * The statement of a batch: the accounts it looks at (`seen`), what is old of them, and what goes (`gone`). All is found by
 * the primary key, which begins with the account and holds the time: no index of its own is kept. `$1` is the time before
 * which all goes, and `$4` an id that nothing older has reached; `$2` is the limit, `$3` the account to go on after.
 */
const batchOf = (seen: string, old: string, gone: string) => `
  WITH RECURSIVE seen AS (${seen}),
    old AS MATERIALIZED (SELECT old.* FROM seen CROSS JOIN LATERAL (${old}) AS old LIMIT $2),
    ${gone}
  SELECT (SELECT count(*) FROM seen)::integer AS accounts_seen, (SELECT max(account_id) FROM seen) AS last_account,
    (SELECT count(*) FROM gone)::integer AS deleted, (SELECT max(account_id) FROM gone) AS last_deleted`;

/** An event's deliveries by the index of events alone: without statistics the primary key's account looks as good. */
const deliveriesOf = (event: string) => `
  (SELECT * FROM (SELECT * FROM deliveries WHERE deliveries.event_id = ${event}.event_id OFFSET 0) AS of_event
   WHERE of_event.account_id = ${event}.account_id)`;

const eventsBatch = batchOf(
  `SELECT account_id FROM accounts WHERE account_id > $3 ORDER BY account_id LIMIT ${accountsPerBatch}`,
  `SELECT account_id, event_id FROM events
   WHERE events.account_id = seen.account_id AND event_id < $4::uuid AND accepted_at < $1::timestamptz
     AND (SELECT true FROM ${deliveriesOf('events')} AS open WHERE status IN ('queued', 'sending') LIMIT 1) IS NULL
   ORDER BY event_id LIMIT $2
   FOR UPDATE SKIP LOCKED`,
  `old_deliveries AS MATERIALIZED (
     SELECT delivery.account_id, delivery_id FROM old CROSS JOIN LATERAL ${deliveriesOf('old')} AS delivery
   ), gone_attempts AS (
     DELETE FROM attempts USING old_deliveries AS delivery
     WHERE attempts.account_id = delivery.account_id AND attempts.delivery_id = delivery.delivery_id
   ), gone_deliveries AS (
     DELETE FROM deliveries USING old_deliveries AS delivery
     WHERE deliveries.account_id = delivery.account_id AND deliveries.delivery_id = delivery.delivery_id
   ), gone AS (
     DELETE FROM events USING old
     WHERE events.account_id = old.account_id AND events.event_id = old.event_id
     RETURNING events.account_id
   )`,
);

/** From one account of the log to the next: those that were erased, and the platform, have entries too. */
const auditEntriesBatch = batchOf(
  `(SELECT account_id, 1 AS place FROM audit_log WHERE account_id > $3::bigint ORDER BY account_id LIMIT 1)
   UNION ALL
   SELECT following.account_id, place + 1
   FROM seen CROSS JOIN LATERAL (
     SELECT account_id FROM audit_log WHERE account_id > seen.account_id ORDER BY account_id LIMIT 1) AS following
   WHERE place < ${accountsPerBatch}`,
  `SELECT account_id, entry_id FROM audit_log
   WHERE audit_log.account_id = seen.account_id AND entry_id < $4::uuid AND at < $1::timestamptz
   ORDER BY entry_id LIMIT $2`,
  `gone AS (
     DELETE FROM audit_log USING old
     WHERE audit_log.account_id = old.account_id AND audit_log.entry_id = old.entry_id
     RETURNING audit_log.account_id
   )`,
);
