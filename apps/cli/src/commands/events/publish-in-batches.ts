import { maximumBatch, type PublishEvent, type PublishResult } from '@belfry/application';
import { untilNobodyListens } from '../../output/until-nobody-listens.js';
import { operator } from '../../workplace/operator.js';

/** How far publishing many events got: there are fewer results than inputs where it was ended, or where it failed. */
export interface Publishing {
  readonly results: readonly PublishResult[];
  /** Why it failed. Of the batch that it failed with, some events may be stored. */
  readonly failure?: unknown;
}

/**
 * Publishes many events in batches of REST's size, each event on its own; each is remembered by the idempotency key and
 * its place among all. Ctrl-C ends it after the batch that is under way. `progress` is told how many are done.
 */
export async function publishInBatches(
  publish: PublishEvent,
  inputs: readonly unknown[],
  idempotencyKey: string | undefined,
  progress: (done: number) => void,
): Promise<Publishing> {
  let isStopped = false;
  void untilNobodyListens().then(() => (isStopped = true));
  const results: PublishResult[] = [];
  while (results.length < inputs.length && !isStopped) {
    const batch = inputs.slice(results.length, results.length + maximumBatch);
    try {
      results.push(...(await publish.publishBatch(batch, operator, idempotencyKey, results.length)));
    } catch (failure) {
      return { results, failure };
    }
    progress(results.length);
    // A signal is heard between two turns of the event loop only.
    await new Promise(setImmediate);
  }
  return { results };
}
