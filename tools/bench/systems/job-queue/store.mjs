/** The tables of a service built on a job queue, and TypeORM's own settings for them. */
import { EntitySchema } from 'typeorm';

const id = { type: 'uuid', primary: true, generated: 'uuid' };
const createdAt = { type: 'timestamptz', createDate: true };

export const AccountRow = new EntitySchema({
  name: 'account',
  columns: { id: { type: 'bigint', primary: true }, url: { type: 'text' }, email: { type: 'text' } },
});

export const EventRow = new EntitySchema({
  name: 'event',
  columns: {
    id,
    accountId: { type: 'bigint' },
    eventType: { type: 'text' },
    payload: { type: 'json' },
    createdAt,
  },
});

export const DeliveryRow = new EntitySchema({
  name: 'delivery',
  columns: {
    id,
    eventId: { type: 'uuid' },
    accountId: { type: 'bigint' },
    channel: { type: 'text' },
    destination: { type: 'text' },
    status: { type: 'text' },
    createdAt,
    startedAt: { type: 'timestamptz', nullable: true },
    finishedAt: { type: 'timestamptz', nullable: true },
  },
});

export const AttemptRow = new EntitySchema({
  name: 'attempt',
  columns: {
    id,
    deliveryId: { type: 'uuid' },
    startedAt: { type: 'timestamptz' },
    durationMs: { type: 'integer' },
    status: { type: 'integer' },
    headers: { type: 'json' },
    body: { type: 'text' },
  },
});

export const OutcomeRow = new EntitySchema({
  name: 'outcome',
  columns: {
    id,
    eventId: { type: 'uuid' },
    status: { type: 'text' },
    responseStatus: { type: 'integer', nullable: true },
    durationMs: { type: 'integer' },
    createdAt,
  },
});

/** Makes the tables where they are missing. */
export function storeOptions(url, entities) {
  return { type: 'postgres', url, entities, synchronize: true };
}
