import type { AttemptResponse } from '@belfry/application';
import type { WebhookFailure } from '@belfry/domain';

/** Why a webhook did not get an answer. Holds nothing of the URL or the body, so it may be logged. */
export class WebhookFault extends Error {
  constructor(
    readonly reason: WebhookFailure,
    /** Milliseconds, as `WebhookOutcome` has them. */
    readonly durationMs: number,
    /** As much of the answer as came. Not called `response`: axios writes into what an error holds by that name. */
    readonly answer: AttemptResponse | null = null,
  ) {
    super(`The webhook failed: ${reason}`);
    this.name = 'WebhookFault';
  }
}
