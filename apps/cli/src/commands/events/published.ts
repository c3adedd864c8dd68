/** How what came of publishing is shown: on the wire as REST answers it, and for people. */
import type { PublishResult } from '@belfry/application';
import type { Problem } from '@belfry/domain';
import { invalid, Refusal } from '../../failure.js';

type Refused = Exclude<PublishResult, { status: 'accepted' }>;

const unknownAccount = 'There is no such account: create it first, or check account_id.';
const idempotencyConflict =
  'This Idempotency-Key was used with another body within the last 24 hours. Use a new key for a new event.';

/** One entry of the `results` that REST answers to a batch; what was refused is a problem document (RFC 9457). */
export function resultOnTheWire(result: PublishResult): Record<string, unknown> {
  switch (result.status) {
    case 'accepted':
      return { status: 202, event_id: result.eventId, deliveries: result.deliveries };
    case 'invalid':
      return {
        type: '/problems/validation',
        title: 'The request is not valid',
        status: 400,
        detail: detailOf(result.problems),
        errors: result.problems,
      };
    case 'unknown_account':
      return { type: '/problems/not-found', title: 'Not found', status: 404, detail: unknownAccount };
    case 'idempotency_conflict':
      return {
        type: '/problems/idempotency-conflict',
        title: 'Idempotency-Key used with another body',
        status: 409,
        detail: idempotencyConflict,
      };
  }
}

function detailOf([first, ...more]: readonly Problem[]): string {
  const detail =
    first === undefined ? 'The request is not valid.' : `${first.pointer || 'The body'} ${first.message}.`;
  return more.length > 0 ? `${detail} There are more: see errors.` : detail;
}

/** The refusal of one event. */
export function refusalOf(result: Refused): Refusal {
  if (result.status === 'invalid') return invalid(result.problems);
  return new Refusal(result.status === 'unknown_account' ? unknownAccount : idempotencyConflict);
}

/** The refusal of some of many events: every problem with the place of its event. */
export function refusalOfSome(results: readonly PublishResult[]): Refusal | null {
  const problems = results.flatMap((result, index) => {
    if (result.status === 'accepted') return [];
    const event = `event ${index + 1}`;
    if (result.status !== 'invalid') return [{ pointer: event, message: refusalOf(result).message }];
    return result.problems.map(({ pointer, message }) => ({ pointer: `${event} ${pointer}`, message }));
  });
  const refused = results.filter(({ status }) => status !== 'accepted').length;
  if (refused === 0) return null;
  return new Refusal(`${refused} of ${results.length} events were refused, the others are stored`, problems);
}
