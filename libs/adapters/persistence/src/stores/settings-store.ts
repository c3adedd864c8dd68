import { SettingsStore, type AuditEntry, type StoredSettings } from '@belfry/application';
import type { NotificationSettings } from '@belfry/domain';
import type { Database } from '../database/database.js';
import { NotificationSettingsEntity } from '../entities/index.js';
import { keepAuditEntry } from './audit-log.js';
import { readSettings, writeEvents } from './stored-settings.js';

/** Notification settings in PostgreSQL. Cold: people change them now and then. Publishing reads them by its own statement. */
export class PostgresSettingsStore extends SettingsStore {
  constructor(private readonly database: Database) {
    super();
  }

  async find(accountId: number): Promise<StoredSettings | null> {
    return this.database.entities(async (manager) => {
      const row = await manager.findOneBy(NotificationSettingsEntity, { accountId });
      return row === null ? null : storedSettings(row);
    });
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
        { webhookUrl, events: writeEvents(events), version: expectedVersion + 1, updatedAt: () => 'now()' },
      );
      if (affected === 0) return null;
      await keepAuditEntry(run, accountId, audit);
      return storedSettings(await manager.findOneByOrFail(NotificationSettingsEntity, { accountId }));
    });
  }
}

function storedSettings(row: NotificationSettingsEntity): StoredSettings {
  const { accountId, webhookUrl, events, version, updatedAt } = row;
  return { ...readSettings(accountId, webhookUrl, events), version, updatedAt };
}
