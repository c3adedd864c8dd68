import { AuditLog, type AuditEntry, type KeptAuditEntry, type ListPage } from '@belfry/application';
import type { Database } from '../database/database.js';
import type { Reads } from '../database/read-database.js';
import type { Run } from '../database/statement.js';
import { idsAround } from '../database/uuid-bounds.js';

/** Stands for the platform as a whole where an entry is of no account. */
const platform = 0;

/**
 * Keeps an entry: to be called in the transaction of the change that it tells of. An entry that grows with a change in
 * several transactions is kept again by the same id.
 */
export async function keepAuditEntry(run: Run, accountId: number | null, entry: AuditEntry): Promise<void> {
  await run(
    `INSERT INTO audit_log (account_id, entry_id, at, actor_kind, actor_id, action, changes)
     VALUES ($1, $2, now(), $3, $4, $5, $6::json)
     ON CONFLICT (account_id, entry_id) DO UPDATE SET changes = excluded.changes`,
    [
      accountId ?? platform,
      entry.entryId,
      entry.actor.kind,
      entry.actor.id,
      entry.action,
      JSON.stringify(entry.changes),
    ],
  );
}

/**
 * A page ends with the entry that takes it past this many bytes of changes: an entry may hold every list of subscribers
 * twice, 127 KB, and two hundred of them would be 25 MB for every reader at once.
 */
const pageBytes = 256 * 1024;

/** The audit log in PostgreSQL. */
export class PostgresAuditLog extends AuditLog {
  constructor(
    private readonly database: Database,
    private readonly reads: Reads = database,
  ) {
    super();
  }

  async keep(accountId: number, entry: AuditEntry): Promise<void> {
    await keepAuditEntry((...statement) => this.database.statement(...statement), accountId, entry);
  }

  /**
   * Since when the account has its entries: those of an account that had its id before, and was erased, are not its own.
   * Null where there is no account: what an erased one has left is the operator's to see.
   */
  private async createdAt(accountId: number): Promise<{ readonly at: string; readonly id: string } | null> {
    const [row] = await this.reads.statement<{ at: string; created_at: Date }>(
      'SELECT created_at::text AS at, created_at FROM accounts WHERE account_id = $1',
      [accountId],
    );
    return row === undefined ? null : { at: row.at, id: idsAround(row.created_at, undefined).low! };
  }

  /** The sizes are columns of their own: what a page leaves out is not read. */
  async list(accountId: number | null, limit: number, before?: string): Promise<ListPage<KeptAuditEntry>> {
    const since = accountId === null ? null : await this.createdAt(accountId);
    const rows = await this.reads.statement<{
      entry_id: string;
      at: Date;
      actor_kind: AuditEntry['actor']['kind'];
      actor_id: string;
      action: AuditEntry['action'];
      changes: string;
      is_last: boolean;
    }>(
      `WITH sized AS MATERIALIZED (
         SELECT entry_id, size, row_number() OVER newest AS place, sum(size) OVER newest AS up_to_here,
           count(*) OVER () AS found
         FROM (SELECT entry_id, size FROM audit_log
               WHERE account_id = $1 AND ($2::uuid IS NULL OR entry_id < $2::uuid)
                 AND ($4::timestamptz IS NULL OR at >= $4 AND entry_id >= $5::uuid)
               ORDER BY entry_id DESC LIMIT $3::integer + 1) AS following
         WINDOW newest AS (ORDER BY entry_id DESC)
       )
       SELECT entry.*, sized.place = sized.found AS is_last
       FROM sized CROSS JOIN LATERAL (
         SELECT entry_id, at, actor_kind, actor_id, action, changes::text FROM audit_log
         WHERE account_id = $1 AND entry_id = sized.entry_id LIMIT 1) AS entry
       WHERE place <= $3 AND up_to_here - size < ${pageBytes}
       ORDER BY entry_id DESC`,
      [accountId ?? platform, before ?? null, limit, since?.at ?? null, since?.id ?? null],
    );
    const last = rows.at(-1);
    return {
      items: rows.map((row) => ({
        entryId: row.entry_id,
        at: row.at,
        actor: { kind: row.actor_kind, id: row.actor_id },
        action: row.action,
        changes: JSON.parse(row.changes) as AuditEntry['changes'],
      })),
      next: last === undefined || last.is_last ? null : last.entry_id,
    };
  }
}
