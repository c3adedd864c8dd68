/** How what came of publishing is shown: on the wire as REST answers it, and for people. */
import { maximumBatch, type PublishResult } from '@belfry/application';
import type { Problem } from '@belfry/domain';
import { invalid, Refusal, Stopped } from '../../failure.js';
import { describe } from '../../report-failure.js';
import { written } from '../../output/numbers.js';

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
  return more.length > 0 ? `${detail} There are more problems: see errors.` : detail;
}

/** The refusal of one event. Where the document that was given is the event's data alone, pointers lead into that. */
export function refusalOf(result: Refused, isWhole: boolean): Refusal {
  if (result.status === 'invalid') {
    return invalid(
      result.problems.map(({ pointer, message }) => ({
        pointer: isWhole ? pointer : pointer.replace(/^\/data/, ''),
        message,
      })),
    );
  }
  return new Refusal(result.status === 'unknown_account' ? unknownAccount : idempotencyConflict);
}

/** The refusal of some of many events: every problem with the place of its event. */
export function refusalOfSome(results: readonly PublishResult[]): Refusal | null {
  const problems = results.flatMap((result, index) => {
    if (result.status === 'accepted') return [];
    const event = `event ${index + 1}`;
    if (result.status !== 'invalid') return [{ pointer: event, message: refusalOf(result, true).message }];
    return result.problems.map(({ pointer, message }) => ({ pointer: `${event} ${pointer}`, message }));
  });
  const refused = results.filter(({ status }) => status !== 'accepted').length;
  if (refused === 0) return null;
  return new Refusal(`${refused} of ${results.length} events were refused; the others are stored`, problems);
}

/** Says how far publishing many events got before it failed or somebody ended it, and how to go on. */
export function endedEarly(
  results: readonly PublishResult[],
  inputs: number,
  hasKey: boolean,
  failure: unknown,
): Stopped | Refusal {
  const accepted = results.filter(({ status }) => status === 'accepted').length;
  const rest = inputs - results.length;
  const facts =
    `${written(accepted)} of ${written(inputs)} events were accepted, ${written(results.length - accepted)} refused, ` +
    `and ${written(rest)} not published`;
  const goOn = hasKey
    ? 'Run it again with the same --idempotency-key: nothing is stored twice'
    : `Go on with event ${written(results.length + 1)}`;
  if (failure === undefined) return new Stopped(`stopped: ${facts}. ${goOn}`);
  const doubt = `though some of the next ${written(Math.min(rest, maximumBatch))} may be stored`;
  return new Refusal(`${describe(failure)}. ${facts}, ${doubt}. ${goOn}`);
}
