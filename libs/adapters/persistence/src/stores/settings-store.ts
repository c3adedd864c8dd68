import { SettingsStore, type AuditEntry, type StoredSettings } from '@belfry/application';
import type { NotificationSettings } from '@belfry/domain';
import type { Database } from '../database/database.js';
import { NotificationSettingsEntity } from '../entities/index.js';
import { keepAuditEntry } from './audit-log.js';

/** Notification settings in PostgreSQL. Cold: people change them now and then. Publishing reads them by its own statement. */
export class PostgresSettingsStore extends SettingsStore {
  constructor(private readonly database: Database) {
    super();
  }

  async find(accountId: number): Promise<StoredSettings | null> {
    return this.database.entities((manager) => manager.findOneBy(NotificationSettingsEntity, { accountId }));
  }

  async replace(
    { accountId, webhookUrl, events }: NotificationSettings,
    expectedVersion: number,
    audit: AuditEntry,
  ): Promise<StoredSettings | null> {
    return this.database.entities(async (manager, run) => {
      const { affected } = await manager.update(
        NotificationSettingsEntity,
        { accountId, version: expectedVersion },
        { webhookUrl, events, version: expectedVersion + 1, updatedAt: () => 'now()' },
      );
      if (affected === 0) return null;
      await keepAuditEntry(run, accountId, audit);
      return manager.findOneByOrFail(NotificationSettingsEntity, { accountId });
    });
  }
}
