import {
  PortalStore,
  type AuditEntry,
  type PortalGrant,
  type PortalLink,
  type PortalSession,
} from '@belfry/application';
import type { Scope } from '@belfry/domain';
import type { Database } from '../database/database.js';
import type { Run } from '../database/statement.js';
import { keepAuditEntry } from './audit-log.js';
import { GatheredLookUps, type HashedRow } from './gathered-look-ups.js';

interface GrantRow {
  readonly account_id: number;
  readonly scopes: Scope[];
  readonly key_id: string | null;
}

interface LinkRow extends GrantRow {
  readonly expires_at: Date;
  readonly goes_to: string | null;
}

interface SessionRow extends GrantRow {
  readonly session_id: string;
  readonly created_at: Date;
  readonly expires_at: Date;
}

const linkColumns = 'account_id, scopes, key_id, expires_at, goes_to';
const sessionColumns = 'account_id, scopes, key_id, session_id, created_at, expires_at';

/** Portal links and sessions in PostgreSQL. One that holds no scope opens nothing. */
export class PostgresPortalStore extends PortalStore {
  private readonly links: GatheredLookUps<LinkRow & HashedRow>;
  private readonly sessions: GatheredLookUps<SessionRow & HashedRow>;

  constructor(private readonly database: Database) {
    super();
    this.links = new GatheredLookUps(
      database,
      `SELECT encode(link_hash, 'hex') AS hash, ${linkColumns} FROM portal_links
       WHERE link_hash = ANY ($1::bytea[]) AND expires_at > now() AND scopes <> '{}'`,
    );
    this.sessions = new GatheredLookUps(
      database,
      `SELECT encode(session_hash, 'hex') AS hash, ${sessionColumns} FROM portal_sessions
       WHERE session_hash = ANY ($1::bytea[]) AND expires_at > now() AND scopes <> '{}'`,
    );
  }

  async addLink(link: PortalLink, linkHash: Uint8Array, audit: AuditEntry): Promise<boolean> {
    const { accountId, scopes, keyId, expiresAt, goesTo } = link;
    return this.database.transaction(async (run) => {
      // A key that is being revoked is waited for: no link is made behind its back.
      if (keyId !== null && !(await holdsStill(run, keyId))) return false;
      const added = await run(
        `INSERT INTO portal_links (link_hash, account_id, scopes, key_id, expires_at, goes_to)
         SELECT $2, account_id, $3::text[], $4::uuid, $5::timestamptz, $6 FROM accounts WHERE account_id = $1
         RETURNING account_id`,
        [accountId, Buffer.from(linkHash), scopes, keyId, expiresAt.toISOString(), goesTo],
      );
      if (added.length === 1) await keepAuditEntry(run, accountId, audit);
      return added.length === 1;
    });
  }

  async findLink(linkHash: Uint8Array): Promise<PortalLink | null> {
    const row = await this.links.find(linkHash);
    return row === null ? null : portalLink(row);
  }

  async exchange(
    linkHash: Uint8Array,
    { sessionId, createdAt, expiresAt }: Pick<PortalSession, 'sessionId' | 'createdAt' | 'expiresAt'>,
    sessionHash: Uint8Array,
    audit: AuditEntry,
  ): Promise<{ readonly link: PortalLink; readonly session: PortalSession } | null> {
    // Most that come with a link that does not exist are strangers: they cost one look, and no transaction.
    if ((await this.findLink(linkHash)) === null) return null;
    return this.database.transaction(async (run) => {
      const [taken] = await run<LinkRow>(
        `DELETE FROM portal_links WHERE link_hash = $1 RETURNING ${linkColumns}`,
        [Buffer.from(linkHash)],
      );
      if (taken === undefined || taken.expires_at <= createdAt) return null;
      const link = portalLink(taken);
      const { accountId, scopes, keyId } = link;
      await run(
        `INSERT INTO portal_sessions (account_id, scopes, key_id, session_id, session_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [
          accountId,
          scopes,
          keyId,
          sessionId,
          Buffer.from(sessionHash),
          createdAt.toISOString(),
          expiresAt.toISOString(),
        ],
      );
      await keepAuditEntry(run, accountId, audit);
      return { link, session: { accountId, scopes, keyId, sessionId, createdAt, expiresAt } };
    });
  }

  async find(
    wanted: readonly { readonly accountId: number; readonly sessionHash: Uint8Array }[],
  ): Promise<PortalSession[]> {
    const rows = await Promise.all(
      wanted.map(async ({ accountId, sessionHash }) => {
        const row = await this.sessions.find(sessionHash);
        return row?.account_id === accountId ? row : null;
      }),
    );
    return rows.flatMap((row) => (row === null ? [] : [portalSession(row)]));
  }

  async end(sessionId: string, audit: AuditEntry): Promise<void> {
    await this.database.transaction(async (run) => {
      const [ended] = await run<{ account_id: number }>(
        'DELETE FROM portal_sessions WHERE session_id = $1 RETURNING account_id',
        [sessionId],
      );
      if (ended !== undefined) await keepAuditEntry(run, ended.account_id, audit);
    });
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

/** Whether the key was not revoked; if so, it is not until the transaction has ended. */
async function holdsStill(run: Run, keyId: string): Promise<boolean> {
  const held = await run('SELECT FROM api_keys WHERE key_id = $1 AND revoked_at IS NULL FOR SHARE', [keyId]);
  return held.length === 1;
}

function grant({ account_id, scopes, key_id }: GrantRow): PortalGrant {
  return { accountId: account_id, scopes, keyId: key_id };
}

function portalLink(row: LinkRow): PortalLink {
  return { ...grant(row), expiresAt: row.expires_at, goesTo: row.goes_to };
}

function portalSession(row: SessionRow): PortalSession {
  return {
    ...grant(row),
    sessionId: row.session_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
