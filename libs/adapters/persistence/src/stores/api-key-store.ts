import { ApiKeyStore, pageOf, type AuditEntry, type ListPage, type StoredApiKey } from '@belfry/application';
import type { Database } from '../database/database.js';
import type { Reads } from '../database/read-database.js';
import { StatementRefused } from '../database/storage-failure.js';
import { keepAuditEntry } from './audit-log.js';
import { GatheredLookUps, type HashedRow } from './gathered-look-ups.js';

const foreignKeyViolation = '23503';
const columns =
  'key_id AS "keyId", name, account_id AS "accountId", scopes, created_at AS "createdAt", last_used_at AS "lastUsedAt"';

/**
 * API keys in PostgreSQL, by statements: every request looks one up. A revoked key keeps its row, and is never answered.
 */
export class PostgresApiKeyStore extends ApiKeyStore {
  private readonly lookUps: GatheredLookUps<StoredApiKey & HashedRow>;

  constructor(
    private readonly database: Database,
    private readonly reads: Reads = database,
  ) {
    super();
    this.lookUps = new GatheredLookUps(
      database,
      `SELECT encode(key_hash, 'hex') AS hash, ${columns}
       FROM api_keys WHERE key_hash = ANY ($1::bytea[]) AND revoked_at IS NULL`,
    );
  }

  async add(key: StoredApiKey, hash: Uint8Array, audit: AuditEntry): Promise<boolean> {
    try {
      await this.database.transaction(async (run) => {
        await run(
          `INSERT INTO api_keys (key_id, account_id, name, key_hash, scopes, created_at)
           VALUES ($1, $2, $3, $4, $5, $6)`,
          [key.keyId, key.accountId, key.name, Buffer.from(hash), key.scopes, key.createdAt.toISOString()],
        );
        await keepAuditEntry(run, key.accountId, audit);
      });
      return true;
    } catch (error) {
      if (error instanceof StatementRefused && error.code === foreignKeyViolation) return false;
      throw error;
    }
  }

  async findByHash(hash: Uint8Array): Promise<StoredApiKey | null> {
    const row = await this.lookUps.find(hash);
    return row === null ? null : storedKey(row);
  }

  /** Revoked keys are kept for a time; the indexes of this list hold the others alone. */
  async list(accountId: number | null, limit: number, before?: string): Promise<ListPage<StoredApiKey>> {
    const rows = await this.reads.statement<StoredApiKey>(
      `SELECT ${columns}
       FROM api_keys
       WHERE revoked_at IS NULL ${accountId === null ? '' : 'AND account_id = $3'}
         AND ($2::uuid IS NULL OR key_id < $2::uuid)
       ORDER BY key_id DESC LIMIT $1`,
      [limit + 1, before ?? null, ...(accountId === null ? [] : [accountId])],
    );
    return pageOf(rows.map(storedKey), limit, ({ keyId }) => keyId);
  }

  async revoke(keyId: string, accountId: number | null, audit: AuditEntry): Promise<boolean> {
    return this.database.transaction(async (run) => {
      const [revoked] = await run<{ account_id: number | null }>(
        `UPDATE api_keys SET revoked_at = now()
         WHERE key_id = $1 AND revoked_at IS NULL AND ($2::bigint IS NULL OR account_id = $2)
         RETURNING account_id`,
        [keyId, accountId],
      );
      if (revoked === undefined) return false;
      // Links first: one that is being opened is waited for, and its session stands when sessions are looked for.
      await run('DELETE FROM portal_links WHERE key_id = $1', [keyId]);
      await run('DELETE FROM portal_sessions WHERE key_id = $1', [keyId]);
      await keepAuditEntry(run, revoked.account_id, audit);
      return true;
    });
  }

  async touch(keyId: string): Promise<void> {
    await this.database.statement('UPDATE api_keys SET last_used_at = now() WHERE key_id = $1', [keyId]);
  }
}

function storedKey({ keyId, name, accountId, scopes, createdAt, lastUsedAt }: StoredApiKey): StoredApiKey {
  return { keyId, name, accountId, scopes, createdAt, lastUsedAt };
}
