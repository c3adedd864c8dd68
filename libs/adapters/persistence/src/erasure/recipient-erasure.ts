import { erasedAddress, type AuditEntry, type Erasure, type ErasureStep } from '@belfry/application';
import { unsent } from '@belfry/domain';
import type { Run } from '../database/statement.js';
import { EarlierTransactions } from './earlier-transactions.js';
import { forgetting, StagedErasure, type Stage } from './staged-erasure.js';

/** Rows that one step looks at. */
const rowsPerStep = 5_000;
const entriesPerStep = 200;
const nilId = '00000000-0000-0000-0000-000000000000';

/**
 * A person's address, taken out of an account's deliveries, their attempts and the audit log. There is no index by
 * address: the account's deliveries are gone through by their key. A mail that is being sent keeps its address until
 * that has ended.
 */
export class RecipientErasure extends StagedErasure {
  private readonly earlier = new EarlierTransactions();
  protected readonly stages: Stage[];
  private after = nilId;
  private afterEntry = nilId;
  private beingSent: string[] = [];

  constructor(erasure: Erasure & { readonly email: string }) {
    super();
    const { erasureId, accountId, email } = erasure;
    this.stages = [
      (run) => this.endQueued(run, accountId, email),
      async (run) => ((await this.earlier.areOver(run)) ? 'done' : 'waiting'),
      (run) => this.goThroughDeliveries(run, accountId, email),
      (run) => this.untilSent(run, accountId, email),
      (run) => this.clearAudit(run, accountId, email),
      forgetting(erasureId),
    ];
  }

  /** What is queued is not sent. */
  private async endQueued(run: Run, accountId: number, email: string): Promise<ErasureStep> {
    const ended = await run(
      `WITH queued AS MATERIALIZED (
         SELECT account_id, delivery_id FROM deliveries
         WHERE account_id = $1 AND status = 'queued' AND channel = 'email' AND lower(destination) = lower($2)
         LIMIT 1000 FOR UPDATE SKIP LOCKED
       )
       UPDATE deliveries SET status = 'failed', reason = '${unsent}', finished_at = now()
       FROM queued
       WHERE deliveries.account_id = queued.account_id AND deliveries.delivery_id = queued.delivery_id
       RETURNING deliveries.delivery_id`,
      [accountId, email],
    );
    return ended.length > 0 ? 'more' : 'done';
  }

  private async goThroughDeliveries(run: Run, accountId: number, email: string): Promise<ErasureStep> {
    const rows = await run<{ delivery_id: string; is_theirs: boolean }>(
      `SELECT delivery_id, channel = 'email' AND lower(destination) = lower($2) AS is_theirs FROM (
         SELECT delivery_id, channel, destination FROM deliveries
         WHERE account_id = $1 AND delivery_id > $3::uuid ORDER BY delivery_id LIMIT ${rowsPerStep}) AS following
       ORDER BY delivery_id`,
      [accountId, email, this.after],
    );
    await this.takeOut(
      run,
      accountId,
      email,
      rows.filter((row) => row.is_theirs).map((row) => row.delivery_id),
    );
    if (rows.length < rowsPerStep) return 'done';
    this.after = rows.at(-1)!.delivery_id;
    return 'more';
  }

  /** A mail that was being sent may have been put off for another try. */
  private async untilSent(run: Run, accountId: number, email: string): Promise<ErasureStep> {
    if (this.beingSent.length === 0) return 'done';
    const waitedFor = this.beingSent;
    this.beingSent = [];
    await this.endQueued(run, accountId, email);
    await this.takeOut(run, accountId, email, waitedFor);
    return this.beingSent.length === 0 ? 'done' : 'waiting';
  }

  /** Takes the address out of these deliveries and their attempts; remembers those that have not ended. */
  private async takeOut(
    run: Run,
    accountId: number,
    email: string,
    deliveryIds: readonly string[],
  ): Promise<void> {
    if (deliveryIds.length === 0) return;
    const [row] = await run<{ open: string[] }>(
      `WITH theirs AS MATERIALIZED (
         SELECT delivery_id, status FROM deliveries
         WHERE account_id = $1 AND delivery_id = ANY ($2::uuid[]) AND lower(destination) = lower($3)
         FOR UPDATE
       ), ended AS MATERIALIZED (
         SELECT delivery_id FROM theirs WHERE status NOT IN ('queued', 'sending')
       ), cleared AS (
         UPDATE deliveries SET destination = '${erasedAddress}', recipient_domain = ''
         FROM ended WHERE deliveries.account_id = $1 AND deliveries.delivery_id = ended.delivery_id
       ), cleared_attempts AS (
         UPDATE attempts SET request_headers = '{}', request_body = '${erasedAddress}', detail = NULL,
           response_headers = CASE WHEN response_status IS NOT NULL THEN '{}'::json END,
           response_body = CASE WHEN response_status IS NOT NULL THEN '${erasedAddress}' END
         FROM ended WHERE attempts.account_id = $1 AND attempts.delivery_id = ended.delivery_id
       )
       SELECT ARRAY(SELECT delivery_id FROM theirs WHERE status IN ('queued', 'sending'))::text[] AS open`,
      [accountId, deliveryIds, email],
    );
    this.beingSent.push(...row!.open);
  }

  private async clearAudit(run: Run, accountId: number, email: string): Promise<ErasureStep> {
    const rows = await run<{ entry_id: string; changes: string }>(
      `SELECT entry_id, changes::text FROM audit_log WHERE account_id = $1 AND entry_id > $2::uuid
       ORDER BY entry_id LIMIT ${entriesPerStep}`,
      [accountId, this.afterEntry],
    );
    for (const { entry_id, changes } of rows) {
      const kept = JSON.parse(changes) as AuditEntry['changes'];
      const cleared = JSON.stringify(withoutAddress(kept, email));
      if (cleared !== JSON.stringify(kept))
        await run('UPDATE audit_log SET changes = $3::json WHERE account_id = $1 AND entry_id = $2', [
          accountId,
          entry_id,
          cleared,
        ]);
    }
    if (rows.length < entriesPerStep) return 'done';
    this.afterEntry = rows.at(-1)!.entry_id;
    return 'more';
  }
}

/** The same value, with every text that is the address replaced. */
function withoutAddress(value: unknown, email: string): unknown {
  if (typeof value === 'string') return value.toLowerCase() === email.toLowerCase() ? erasedAddress : value;
  if (Array.isArray(value)) return value.map((each) => withoutAddress(each, email));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutAddress(each, email)]));
}
