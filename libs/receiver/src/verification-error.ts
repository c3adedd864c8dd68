/**
 * Why a webhook was not accepted:
 * - `missing_header`: a header that a signed webhook has (`Webhook-Id`, `Webhook-Timestamp`, `Webhook-Signature`) is missing;
 * - `bad_signature`: no signature fits one of the secrets;
 * - `too_old`: the time in `Webhook-Timestamp` is further from now than the tolerance, in either direction;
 * - `bad_token`: the URL does not carry the expected token;
 * - `not_json`: the body is not a JSON object with an `event_type`;
 * - `duplicate`: `isDuplicate` knew the webhook's id.
 */
export type VerificationErrorCode =
  'missing_header' | 'bad_signature' | 'too_old' | 'bad_token' | 'not_json' | 'duplicate';

/**
 * A webhook that must not be acted upon.
 *
 * ```ts
 * import { VerificationError } from '@belfry/receiver';
 *
 * const status = (error: unknown) => {
 *   if (!(error instanceof VerificationError)) return 500;
 *   // A duplicate was handled before: confirm it, so that nobody sends it again.
 *   return error.code === 'duplicate' ? 200 : 400;
 * };
 * ```
 */
export class VerificationError extends Error {
  override readonly name = 'VerificationError';

  constructor(
    readonly code: VerificationErrorCode,
    message: string,
  ) {
    super(message);
  }
}
