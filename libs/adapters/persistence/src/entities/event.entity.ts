import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A row of `events`. */
@Entity('events')
export class EventEntity {
  @PrimaryColumn({ name: 'account_id', type: 'bigint' })
  accountId!: number;

  @PrimaryColumn({ name: 'event_id', type: 'uuid' })
  eventId!: string;

  @Column({ name: 'event_type', type: 'text' })
  eventType!: string;

  @Column({ name: 'environment', type: 'text' })
  environment!: string;

  /** The payload's own text: connections do not parse `json`. Not selected unless asked for, as lists do not show it. */
  @Column({ name: 'payload', type: 'json', select: false })
  payload!: string;

  @Column({ name: 'accepted_at', type: 'timestamptz' })
  acceptedAt!: Date;
}
