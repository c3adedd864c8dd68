import type { Erasure, ErasureStep } from '@belfry/application';
import type { Run } from '../database/statement.js';
import { EarlierTransactions } from './earlier-transactions.js';
import { forgetting, StagedErasure, type Stage } from './staged-erasure.js';

/** Rows of one step: some milliseconds. */
const rowsPerStep = 1_000;
/** Idempotency keys that one step looks through. */
const keysPerStep = 5_000;

/**
 * What is stored for an account, in this order: once its deliveries are gone, no outcome is recorded that would bring
 * attempts or statistics; and the events go last, as idempotency keys are known by them.
 */
export class AccountErasure extends StagedErasure {
  private readonly earlier = new EarlierTransactions();
  protected readonly stages: Stage[];

  constructor({ erasureId, accountId }: Erasure) {
    super();
    this.stages = [
      // What is queued first: where somebody has claimed it by then, it is in flight, and ends on its own.
      (run) => this.takeFrom(run, 'deliveries', accountId, `AND status = 'queued' AND channel = 'webhook'`),
      (run) => this.takeFrom(run, 'deliveries', accountId, `AND status = 'queued' AND channel = 'email'`),
      async (run) => ((await this.earlier.areOver(run)) ? 'done' : 'waiting'),
      (run) => this.takeFrom(run, 'deliveries', accountId),
      (run) => this.takeFrom(run, 'attempts', accountId),
      (run) => this.takeFrom(run, 'delivery_statistics', accountId),
      (run) => this.takeKeys(run, accountId),
      (run) => this.takeFrom(run, 'events', accountId),
      (run) => this.clearAudit(run, accountId),
      forgetting(erasureId),
    ];
  }

  /** Deletes some rows. Those that somebody has locked are passed over, and come with a later step. */
  private async takeFrom(run: Run, table: string, accountId: number, which = ''): Promise<ErasureStep> {
    const [row] = await run<{ deleted: number; any_left: boolean }>(
      `WITH gone AS (
         DELETE FROM ${table} WHERE account_id = $1 AND ctid = ANY (ARRAY(
           SELECT ctid FROM ${table} WHERE account_id = $1 ${which} LIMIT ${rowsPerStep} FOR UPDATE SKIP LOCKED))
         RETURNING account_id
       )
       SELECT (SELECT count(*) FROM gone)::integer AS deleted,
         EXISTS (SELECT FROM ${table} WHERE account_id = $1 ${which} OFFSET (SELECT count(*) FROM gone)) AS any_left`,
      [accountId],
    );
    if (!row!.any_left) return 'done';
    return row!.deleted > 0 ? 'more' : 'waiting';
  }

  private lastKey: { readonly scope: string; readonly key: string } = {
    scope: '-9223372036854775808',
    key: '',
  };

  /** An idempotency key would answer for an event that is gone. Keys are of publishers, and have no index by account. */
  private async takeKeys(run: Run, accountId: number): Promise<ErasureStep> {
    const [row] = await run<{ scope: string | null; idempotency_key: string }>(
      `WITH looked_at AS MATERIALIZED (
         SELECT scope, idempotency_key, event_id FROM idempotency_keys
         WHERE (scope, idempotency_key) > ($2::bigint, $3::text)
         ORDER BY scope, idempotency_key LIMIT ${keysPerStep}
       ), gone AS (
         DELETE FROM idempotency_keys AS held USING looked_at
         WHERE held.scope = looked_at.scope AND held.idempotency_key = looked_at.idempotency_key
           AND held.event_id = looked_at.event_id
           -- Not as a join, which may be planned by reading all events of the account.
           AND (SELECT true FROM events
                WHERE events.account_id = $1 AND events.event_id = looked_at.event_id LIMIT 1)
       )
       SELECT scope::text, idempotency_key FROM looked_at ORDER BY looked_at.scope DESC, idempotency_key DESC LIMIT 1`,
      [accountId, this.lastKey.scope, this.lastKey.key],
    );
    if (row === undefined) return 'done';
    this.lastKey = { scope: row.scope!, key: row.idempotency_key };
    return 'more';
  }

  /** Entries keep who acted on what kind of thing, and when; what was changed is named nowhere. */
  private async clearAudit(run: Run, accountId: number): Promise<ErasureStep> {
    const cleared = await run(
      `UPDATE audit_log SET changes = '[]' WHERE account_id = $1 AND entry_id IN (
         SELECT entry_id FROM audit_log WHERE account_id = $1 AND size > 2 ORDER BY entry_id LIMIT ${rowsPerStep})
       RETURNING entry_id`,
      [accountId],
    );
    return cleared.length === rowsPerStep ? 'more' : 'done';
  }
}
