import type { Appended, NewEvent } from '@belfry/application';
import type { Run } from '../database/statement.js';
import { readKeys, takeKeys, type KeyRow } from './append-statements.js';

/**
 * Settles which events of a batch are new by their idempotency keys: those without a key are; of those with the same key
 * the first, unless the key was taken within the last 24 hours. Answers for each event, in order, what becomes of it.
 */
export async function settleKeys(run: Run, events: readonly NewEvent[]): Promise<Appended[]> {
  const wanted = new Map<string, KeyRow>();
  for (const { event, deliveries, idempotency } of events) {
    if (idempotency === null) continue;
    const name = nameOf(idempotency.scope, idempotency.key);
    if (wanted.has(name)) continue;
    wanted.set(name, {
      scope: idempotency.scope,
      idempotency_key: idempotency.key,
      input_hash: idempotency.inputHash,
      event_id: event.eventId,
      deliveries: deliveries.length,
    });
  }
  if (wanted.size === 0) return events.map(() => ({ outcome: 'stored' }));

  const standing = await holdersOf(run, wanted);
  return events.map(({ event, idempotency }) => {
    if (idempotency === null) return { outcome: 'stored' };
    const name = nameOf(idempotency.scope, idempotency.key);
    const holder = standing.get(name);
    if (holder === undefined) throw new Error('an idempotency key was neither taken nor found');
    if (holder.event_id === event.eventId) return { outcome: 'stored' };
    return Buffer.compare(holder.input_hash, idempotency.inputHash) === 0
      ? { outcome: 'repeated', eventId: holder.event_id, deliveries: holder.deliveries }
      : { outcome: 'idempotency_conflict' };
  });
}

/** What each key stands for now: the batch's own event where the key could be taken, otherwise an earlier one. */
async function holdersOf(run: Run, wanted: ReadonlyMap<string, KeyRow>): Promise<Map<string, KeyRow>> {
  const taken = await takeKeys(run, [...wanted.values()]);
  const holders = new Map(wanted);
  const others = new Map(wanted);
  for (const { scope, idempotency_key } of taken) others.delete(nameOf(scope, idempotency_key));
  if (others.size === 0) return holders;

  for (const name of others.keys()) holders.delete(name);
  for (const row of await readKeys(run, [...others.values()])) {
    holders.set(nameOf(row.scope, row.idempotency_key), row);
  }
  return holders;
}

function nameOf(scope: number, key: string): string {
  return `${scope} ${key}`;
}
