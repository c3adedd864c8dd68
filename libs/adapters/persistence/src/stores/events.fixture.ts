import type { Lease, IdempotencyKey, NewDelivery, NewEvent } from '@belfry/application';
import type { Account } from '@belfry/domain';
import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';

/** An account to test with. */
export function account(accountId: number, email = 'ada@example.com'): Account {
  return { accountId, accountName: `Account ${accountId}`, primaryContact: { name: 'Ada', email } };
}

/** A worker's lease. */
export function leaseOf(worker: string = randomUUID(), leaseMs = 60_000): Lease {
  return { worker, leaseMs };
}

/** A webhook to be stored with its event; queued unless `leased`. */
export function webhook(changes: Partial<NewDelivery> = {}): NewDelivery {
  return {
    deliveryId: v7(),
    channel: 'webhook',
    destination: 'https://hooks.example.com/in?token=s3cret',
    recipientRole: null,
    leased: false,
    test: false,
    ...changes,
  };
}

/** A mail to be stored with its event; queued unless `leased`. */
export function mail(recipientDomain = 'example.com', changes: Partial<NewDelivery> = {}): NewDelivery {
  return {
    deliveryId: v7(),
    channel: 'email',
    destination: `ops@${recipientDomain}`,
    recipientRole: 'subscriber',
    leased: false,
    test: false,
    ...changes,
  };
}

/** What an event to be stored may differ in. */
export interface EventChanges {
  readonly deliveries?: readonly NewDelivery[];
  readonly idempotency?: IdempotencyKey | null;
  readonly payload?: string;
  readonly eventType?: string;
  readonly acceptedAt?: Date;
}

/** An event to be stored. */
export function newEvent(accountId: number, changes: EventChanges = {}): NewEvent {
  const acceptedAt = changes.acceptedAt ?? new Date();
  return {
    event: {
      eventId: v7({ msecs: acceptedAt.getTime() }),
      eventType: changes.eventType ?? 'run_failed',
      environment: 'production',
      accountId,
      acceptedAt,
      payload: changes.payload ?? `{"account_id":${accountId}}`,
    },
    deliveries: changes.deliveries ?? [],
    idempotency: changes.idempotency ?? null,
  };
}
