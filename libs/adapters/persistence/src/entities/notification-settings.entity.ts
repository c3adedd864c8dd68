import type { NotificationSettings } from '@belfry/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A row of `notification_settings`. */
@Entity('notification_settings')
export class NotificationSettingsEntity {
  @PrimaryColumn({ name: 'account_id', type: 'bigint' })
  accountId!: number;

  @Column({ name: 'webhook_url', type: 'text', nullable: true })
  webhookUrl!: string | null;

  @Column({ name: 'events', type: 'jsonb' })
  events!: NotificationSettings['events'];

  @Column({ name: 'version', type: 'integer' })
  version!: number;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
