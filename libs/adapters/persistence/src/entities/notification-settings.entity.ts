import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What `notification_settings.events` holds for one event type. */
export interface StoredEventSettings {
  readonly send_webhook: boolean;
  readonly email_subscribers: readonly string[];
}

/** A row of `notification_settings`. */
@Entity('notification_settings')
export class NotificationSettingsEntity {
  @PrimaryColumn({ name: 'account_id', type: 'bigint' })
  accountId!: number;

  @Column({ name: 'webhook_url', type: 'text', nullable: true })
  webhookUrl!: string | null;

  @Column({ name: 'events', type: 'jsonb' })
  events!: Record<string, StoredEventSettings>;

  @Column({ name: 'version', type: 'integer' })
  version!: number;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
