import { ApiKeyStore, type StoredApiKey } from '@belfry/application';
import { IsNull, LessThan } from 'typeorm';
import type { Database } from '../database/database.js';
import { StatementRefused } from '../database/storage-failure.js';
import { ApiKeyEntity } from '../entities/index.js';

const foreignKeyViolation = '23503';

/** API keys in PostgreSQL. A revoked key keeps its row, and is never answered. */
export class PostgresApiKeyStore extends ApiKeyStore {
  constructor(private readonly database: Database) {
    super();
  }

  async add(key: StoredApiKey, hash: Uint8Array): Promise<boolean> {
    try {
      await this.database.entities((manager) =>
        manager.insert(ApiKeyEntity, { ...key, scopes: [...key.scopes], keyHash: Buffer.from(hash) }),
      );
      return true;
    } catch (error) {
      if (error instanceof StatementRefused && error.code === foreignKeyViolation) return false;
      throw error;
    }
  }

  async findByHash(hash: Uint8Array): Promise<StoredApiKey | null> {
    const row = await this.database.entities((manager) =>
      manager.findOneBy(ApiKeyEntity, { keyHash: Buffer.from(hash), revokedAt: IsNull() }),
    );
    return row === null ? null : storedKey(row);
  }

  async list(accountId: number | null, limit: number, before?: string): Promise<StoredApiKey[]> {
    const rows = await this.database.entities((manager) =>
      manager.find(ApiKeyEntity, {
        where: {
          revokedAt: IsNull(),
          ...(accountId === null ? {} : { accountId }),
          ...(before === undefined ? {} : { keyId: LessThan(before) }),
        },
        order: { keyId: 'DESC' },
        take: limit,
      }),
    );
    return rows.map(storedKey);
  }

  async revoke(keyId: string, accountId: number | null): Promise<boolean> {
    const result = await this.database.entities((manager) =>
      manager.update(
        ApiKeyEntity,
        { keyId, revokedAt: IsNull(), ...(accountId === null ? {} : { accountId }) },
        { revokedAt: () => 'now()' },
      ),
    );
    return result.affected === 1;
  }

  async touch(keyId: string): Promise<void> {
    await this.database.entities((manager) =>
      manager.update(ApiKeyEntity, { keyId }, { lastUsedAt: () => 'now()' }),
    );
  }
}

function storedKey({ keyId, name, accountId, scopes, createdAt, lastUsedAt }: ApiKeyEntity): StoredApiKey {
  return { keyId, name, accountId, scopes, createdAt, lastUsedAt };
}
