import type { Channel, DeliveryStatus, FailureReason, RecipientRole } from '@belfry/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A row of `deliveries`. */
@Entity('deliveries')
export class DeliveryEntity {
  @PrimaryColumn({ name: 'account_id', type: 'bigint' })
  accountId!: number;

  @PrimaryColumn({ name: 'delivery_id', type: 'uuid' })
  deliveryId!: string;

  @Column({ name: 'event_id', type: 'uuid' })
  eventId!: string;

  @Column({ name: 'event_type', type: 'text' })
  eventType!: string;

  @Column({ name: 'channel', type: 'text' })
  channel!: Channel;

  @Column({ name: 'destination', type: 'text' })
  destination!: string;

  @Column({ name: 'recipient_role', type: 'text', nullable: true })
  recipientRole!: RecipientRole | null;

  /** The domain of the recipient's address, lower-case; null for a webhook. */
  @Column({ name: 'recipient_domain', type: 'text', nullable: true })
  recipientDomain!: string | null;

  @Column({ name: 'status', type: 'text' })
  status!: DeliveryStatus;

  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: FailureReason | null;

  @Column({ name: 'redelivery_of', type: 'uuid', nullable: true })
  redeliveryOf!: string | null;

  @Column({ name: 'test', type: 'boolean' })
  test!: boolean;

  /** How often it was claimed: the number of the attempt that is under way, or was the last. */
  @Column({ name: 'attempts', type: 'integer' })
  attempts!: number;

  /** Who has claimed it; kept by an interrupted webhook. */
  @Column({ name: 'worker', type: 'uuid', nullable: true })
  worker!: string | null;

  @Column({ name: 'lease_expires_at', type: 'timestamptz', nullable: true })
  leaseExpiresAt!: Date | null;

  @Column({ name: 'next_attempt_at', type: 'timestamptz' })
  nextAttemptAt!: Date;

  /** True for a mail that waits for its next try: until then no claim looks at it. */
  @Column({ name: 'put_off', type: 'boolean' })
  putOff!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
