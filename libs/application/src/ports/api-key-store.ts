import type { Scope } from '@belfry/domain';
import type { AuditEntry } from './audit-log.js';
import type { ListPage } from './list-page.js';

/** An API key as it is stored: never the key itself. */
export interface StoredApiKey {
  readonly keyId: string;
  readonly name: string;
  /** The one account that the key reaches, or null: all of them. */
  readonly accountId: number | null;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** Keeps API keys by their SHA-256. */
export abstract class ApiKeyStore {
  /** Stores a key. Answers false where its account does not exist. */
  abstract add(key: StoredApiKey, hash: Uint8Array, audit: AuditEntry): Promise<boolean>;
  /** The key with this hash, unless it was revoked. */
  abstract findByHash(hash: Uint8Array): Promise<StoredApiKey | null>;
  /** Up to `limit` keys, newest first, from the first older than the key `before`; of one account where `accountId` is given. */
  abstract list(accountId: number | null, limit: number, before?: string): Promise<ListPage<StoredApiKey>>;
  /**
   * Revokes a key at once, and ends the portal links and sessions that it gave; answers false where there is none (of
   * that account, where `accountId` is given).
   */
  abstract revoke(keyId: string, accountId: number | null, audit: AuditEntry): Promise<boolean>;
  /** Remembers that the key was used now. */
  abstract touch(keyId: string): Promise<void>;
}
