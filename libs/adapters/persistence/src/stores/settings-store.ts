import { SettingsStore, type AuditEntry, type StoredSettings } from '@belfry/application';
import type { EventSettings, NotificationSettings } from '@belfry/domain';
import type { Database } from '../database/database.js';
import type { NotificationSettingsEntity } from '../entities/index.js';
import { keepAuditEntry } from './audit-log.js';
import type { StoredEventSettings } from '../entities/notification-settings.entity.js';

/** Notification settings in PostgreSQL. */
export class PostgresSettingsStore extends SettingsStore {
  constructor(private readonly database: Database) {
    super();
  }

  async find(accountId: number): Promise<StoredSettings | null> {
    const [row] = await this.database.statement<NotificationSettingsEntity>(
      `SELECT account_id AS "accountId", webhook_url AS "webhookUrl", events, version, updated_at AS "updatedAt"
       FROM notification_settings WHERE account_id = $1`,
      [accountId],
    );
    return row === undefined
      ? null
      : {
          ...readSettings(row.accountId, row.webhookUrl, row.events),
          version: row.version,
          updatedAt: row.updatedAt,
        };
  }

  async replace(
    settings: NotificationSettings,
    expectedVersion: number,
    audit: AuditEntry,
  ): Promise<StoredSettings | null> {
    const version = expectedVersion + 1;
    return this.database.transaction(async (run) => {
      const [row] = await run<{ updated_at: Date }>(
        `UPDATE notification_settings SET webhook_url = $3, events = $4::jsonb, version = version + 1, updated_at = now()
         WHERE account_id = $1 AND version = $2 RETURNING updated_at`,
        [
          settings.accountId,
          expectedVersion,
          settings.webhookUrl,
          JSON.stringify(writeEvents(settings.events)),
        ],
      );
      if (row === undefined) return null;
      await keepAuditEntry(run, settings.accountId, audit);
      return { ...settings, version, updatedAt: row.updated_at };
    });
  }
}

/** The settings that a row of `notification_settings` holds. */
export function readSettings(
  accountId: number,
  webhookUrl: string | null,
  stored: Readonly<Record<string, StoredEventSettings>>,
): NotificationSettings {
  const events: Record<string, EventSettings> = {};
  for (const [key, { send_webhook, email_subscribers }] of Object.entries(stored)) {
    events[key] = { sendWebhook: send_webhook, emailSubscribers: email_subscribers };
  }
  return { accountId, webhookUrl, events };
}

function writeEvents(events: NotificationSettings['events']): Record<string, StoredEventSettings> {
  return Object.fromEntries(
    Object.entries(events).map(([key, { sendWebhook, emailSubscribers }]) => [
      key,
      { send_webhook: sendWebhook, email_subscribers: [...emailSubscribers] },
    ]),
  );
}
