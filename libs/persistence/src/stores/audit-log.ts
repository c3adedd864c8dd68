import { AuditLog, type AuditEntry, type KeptAuditEntry } from '@belfry/application';
import type { Database } from '../database/database.js';
import type { Run } from '../database/statement.js';

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

/** The audit log in PostgreSQL. */
export class PostgresAuditLog extends AuditLog {
  constructor(private readonly database: Database) {
    super();
  }

  async keep(accountId: number, entry: AuditEntry): Promise<void> {
    await keepAuditEntry((...statement) => this.database.statement(...statement), accountId, entry);
  }

  async list(accountId: number | null, limit: number, before?: string): Promise<KeptAuditEntry[]> {
    const rows = await this.database.statement<{
      entry_id: string;
      at: Date;
      actor_kind: AuditEntry['actor']['kind'];
      actor_id: string;
      action: AuditEntry['action'];
      changes: string;
    }>(
      `SELECT entry_id, at, actor_kind, actor_id, action, changes::text FROM audit_log
       WHERE account_id = $1 AND ($2::uuid IS NULL OR entry_id < $2)
       ORDER BY entry_id DESC LIMIT $3`,
      [accountId ?? platform, before ?? null, limit],
    );
    return rows.map((row) => ({
      entryId: row.entry_id,
      at: row.at,
      actor: { kind: row.actor_kind, id: row.actor_id },
      action: row.action,
      changes: JSON.parse(row.changes) as AuditEntry['changes'],
    }));
  }
}
