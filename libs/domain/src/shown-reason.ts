import type { FailureReason } from './delivery.js';
import { readAddress } from './public-address.js';

/**
 * The reason of a failed webhook as an account's own readers see it. A name that leads only inside (`blocked_address`)
 * is not told from one that does not exist (`dns`): otherwise anybody with an account could find out which internal
 * names there are. A literal address in the URL stays what it is: nothing was looked up.
 */
export function reasonForAccounts(reason: FailureReason | null, destination: string): FailureReason | null {
  if (reason !== 'blocked_address' || !URL.canParse(destination)) return reason;
  return readAddress(new URL(destination).hostname) === null ? 'dns' : reason;
}
