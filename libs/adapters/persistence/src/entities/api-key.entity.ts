import type { Scope } from '@belfry/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A row of `api_keys`. */
@Entity('api_keys')
export class ApiKeyEntity {
  @PrimaryColumn({ name: 'key_id', type: 'uuid' })
  keyId!: string;

  @Column({ name: 'account_id', type: 'bigint', nullable: true })
  accountId!: number | null;

  @Column({ name: 'name', type: 'text' })
  name!: string;

  /** SHA-256 of the key; never read back. */
  @Column({ name: 'key_hash', type: 'bytea', select: false })
  keyHash!: Buffer;

  @Column({ name: 'scopes', type: 'text', array: true })
  scopes!: Scope[];

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}
