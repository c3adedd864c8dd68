/**
 * The address guard: webhooks reach public addresses, and of the others only what the operator lists.
 *
 * A name is judged by the addresses it resolves to at the moment of connecting, so a name that pointed to a public
 * address when the settings were saved, and to 127.0.0.1 now, is caught (DNS rebinding). A literal address is never
 * resolved, so it is judged before. Which addresses are allowed is the domain's to say.
 */
import { isAllowedAddress, type AllowedDestinations } from '@belfry/domain';
import { isIP, type LookupFunction } from 'node:net';
import { WebhookFault } from './webhook-fault.js';

/** Says whether the URL's host is a literal address (RFC 3986 section 3.2.2) that must not be reached. */
export function isBlockedLiteral(url: URL, allowed: AllowedDestinations): boolean {
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return isIP(host) !== 0 && !isAllowedAddress(host, allowed);
}

/**
 * Resolves names as `resolve` does, and keeps the addresses that `isReachable` lets through. Fails with the reason
 * `dns` where the name has no address, and `blocked_address` where it has none that may be reached. Answers a list or
 * the first address, as the caller asks by `options.all`.
 */
export function guardedLookup(
  resolve: LookupFunction,
  isReachable: (address: string) => boolean,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error || typeof found === 'string' || found.length === 0) {
        callback(new WebhookFault('dns'), []);
        return;
      }
      const reachable = found.filter(({ address }) => isReachable(address));
      const first = reachable[0];
      if (first === undefined) callback(new WebhookFault('blocked_address'), []);
      else if (options.all === true) callback(null, reachable);
      else callback(null, first.address, first.family);
    });
  };
}
