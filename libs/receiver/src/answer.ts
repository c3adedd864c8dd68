import type { Payload } from './payloads.js';
import { VerificationError } from './verification-error.js';

/** What a webhook is answered: the status, and a text for the people who look at the delivery. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * Hands a genuine webhook on, and says what it is answered: 204, or 200 where it was handled before, so that nobody sends it
 * again; 400 where it is not genuine. What `onPayload` throws is thrown on.
 */
export async function answerTo(
  verified: Promise<Payload>,
  onPayload: (payload: Payload) => unknown,
): Promise<Answer> {
  let payload: Payload;
  try {
    payload = await verified;
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return { status: error.code === 'duplicate' ? 200 : 400, text: `${error.code}: ${error.message}` };
  }
  await onPayload(payload);
  return { status: 204, text: '' };
}
