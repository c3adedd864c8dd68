import { PortalStore, type AuditEntry, type PortalSession } from '@belfry/application';
import type { Database } from '../database/database.js';
import { keepAuditEntry } from './audit-log.js';

interface SessionRow {
  readonly session_id: string;
  readonly account_id: number;
  readonly created_at: Date;
  readonly expires_at: Date;
}

/** Portal links and sessions in PostgreSQL. */
export class PostgresPortalStore extends PortalStore {
  constructor(private readonly database: Database) {
    super();
  }

  async addLink(
    accountId: number,
    linkHash: Uint8Array,
    expiresAt: Date,
    audit: AuditEntry,
  ): Promise<boolean> {
    return this.database.transaction(async (run) => {
      const added = await run(
        `INSERT INTO portal_links (account_id, link_hash, expires_at)
         SELECT account_id, $2, $3::timestamptz FROM accounts WHERE account_id = $1
         RETURNING account_id`,
        [accountId, Buffer.from(linkHash), expiresAt.toISOString()],
      );
      if (added.length === 1) await keepAuditEntry(run, accountId, audit);
      return added.length === 1;
    });
  }

  async exchange(
    linkHash: Uint8Array,
    session: Omit<PortalSession, 'accountId'>,
    sessionHash: Uint8Array,
  ): Promise<PortalSession | null> {
    const [row] = await this.database.statement<SessionRow>(
      `WITH taken AS (DELETE FROM portal_links WHERE link_hash = $1 RETURNING account_id, expires_at)
       INSERT INTO portal_sessions (account_id, session_id, session_hash, created_at, expires_at)
       SELECT account_id, $2::uuid, $3::bytea, $4::timestamptz, $5::timestamptz FROM taken
       WHERE taken.expires_at > $4::timestamptz
       RETURNING session_id, account_id, created_at, expires_at`,
      [
        Buffer.from(linkHash),
        session.sessionId,
        Buffer.from(sessionHash),
        session.createdAt.toISOString(),
        session.expiresAt.toISOString(),
      ],
    );
    return row === undefined ? null : portalSession(row);
  }

  async find(sessionHash: Uint8Array): Promise<PortalSession | null> {
    const [row] = await this.database.statement<SessionRow>(
      `SELECT session_id, account_id, created_at, expires_at FROM portal_sessions
       WHERE session_hash = $1 AND expires_at > now()`,
      [Buffer.from(sessionHash)],
    );
    return row === undefined ? null : portalSession(row);
  }

  async end(sessionId: string): Promise<void> {
    await this.database.statement('DELETE FROM portal_sessions WHERE session_id = $1', [sessionId]);
  }

  async endAll(accountId: number, audit: AuditEntry): Promise<number> {
    return this.database.transaction(async (run) => {
      await run('DELETE FROM portal_links WHERE account_id = $1', [accountId]);
      const ended = await run('DELETE FROM portal_sessions WHERE account_id = $1 RETURNING session_id', [
        accountId,
      ]);
      await keepAuditEntry(run, accountId, audit);
      return ended.length;
    });
  }
}

function portalSession(row: SessionRow): PortalSession {
  return {
    sessionId: row.session_id,
    accountId: row.account_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
