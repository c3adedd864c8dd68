import type { FailureReason } from '@belfry/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A row of `attempts`. Headers are JSON text: connections do not parse `json`. */
@Entity('attempts')
export class AttemptEntity {
  @PrimaryColumn({ name: 'account_id', type: 'bigint' })
  accountId!: number;

  @PrimaryColumn({ name: 'delivery_id', type: 'uuid' })
  deliveryId!: string;

  @PrimaryColumn({ name: 'attempt_id', type: 'uuid' })
  attemptId!: string;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  @Column({ name: 'duration_ms', type: 'integer' })
  durationMs!: number;

  @Column({ name: 'outcome', type: 'text' })
  outcome!: 'succeeded' | 'failed';

  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: FailureReason | null;

  @Column({ name: 'request_headers', type: 'json' })
  requestHeaders!: string;

  /** Null for a webhook: its body is the event's payload. */
  @Column({ name: 'request_body', type: 'text', nullable: true })
  requestBody!: string | null;

  @Column({ name: 'response_status', type: 'integer', nullable: true })
  responseStatus!: number | null;

  @Column({ name: 'response_headers', type: 'json', nullable: true })
  responseHeaders!: string | null;

  @Column({ name: 'response_body', type: 'text', nullable: true })
  responseBody!: string | null;

  /** What kept it from an answer, for a person. */
  @Column({ name: 'detail', type: 'text', nullable: true })
  detail!: string | null;
}
