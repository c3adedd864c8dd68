import { newId } from '@belfry/application';
import { randomBytes } from 'node:crypto';
import type { Database } from '../database/database.js';
import { storeEvents } from './append-statements.js';

/** Thrown to have the transaction rolled back. */
class OnlyRehearsed extends Error {}

/** Large enough that the room that is left in the tables' last pages does not do for it; random, so that it stays large. */
const payloadBytes = 64 * 1024;

/**
 * Does what the service is there for, with a made-up event: stores it with a delivery, and rolls it back. Throws as the
 * stores do where the database refuses.
 */
export async function rehearseWrite(database: Database): Promise<void> {
  const accountId = 1;
  const acceptedAt = new Date();
  const event = {
    accountId,
    eventId: newId(),
    eventType: 'rehearsal',
    environment: 'rehearsal',
    payload: JSON.stringify(randomBytes(payloadBytes).toString('base64')),
    acceptedAt,
  };
  const delivery = {
    deliveryId: newId(),
    channel: 'webhook',
    destination: 'rehearsal',
    recipientRole: null,
    leased: false,
    test: false,
  } as const;
  try {
    await database.transaction(async (run) => {
      await storeEvents(run, { worker: newId(), leaseMs: 0 }, [
        { event, deliveries: [delivery], idempotency: null },
      ]);
      throw new OnlyRehearsed();
    });
  } catch (error) {
    if (!(error instanceof OnlyRehearsed)) throw error;
  }
}
