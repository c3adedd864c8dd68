import type { NotificationSettings } from '@belfry/domain';
import type { AuditEntry } from './audit-log.js';

/** Notification settings as they are stored. */
export interface StoredSettings extends NotificationSettings {
  /** Counts the changes, from 1: what If-Match is compared with. */
  readonly version: number;
  readonly updatedAt: Date;
}

/** Keeps the notification settings of accounts. */
export abstract class SettingsStore {
  /** The settings, or null where there is no such account. */
  abstract find(accountId: number): Promise<StoredSettings | null>;
  /** Stores the settings if their version still is `expectedVersion`; answers null if it is not. */
  abstract replace(
    settings: NotificationSettings,
    expectedVersion: number,
    audit: AuditEntry,
  ): Promise<StoredSettings | null>;
}
