/** The tables of a service built on a job queue, and its saving of rows: TypeORM's repositories, row by row. */
import { EntitySchema } from 'typeorm';

export const EventRow = new EntitySchema({
  name: 'event',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    accountId: { type: 'bigint' },
    eventType: { type: 'text' },
    payload: { type: 'json' },
    createdAt: { type: 'timestamptz', createDate: true },
  },
});

export const OutcomeRow = new EntitySchema({
  name: 'outcome',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    eventId: { type: 'uuid' },
    status: { type: 'text' },
    responseStatus: { type: 'integer', nullable: true },
    durationMs: { type: 'integer' },
    createdAt: { type: 'timestamptz', createDate: true },
  },
});

/** TypeORM's own settings; makes the tables where they are missing. */
export function storeOptions(url) {
  return { type: 'postgres', url, entities: [EventRow, OutcomeRow], synchronize: true };
}
