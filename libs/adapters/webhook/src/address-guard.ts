/**
 * The address guard: webhooks reach public addresses, and of the others only what the operator lists.
 *
 * A name is judged by the addresses it resolves to at the moment of connecting, and the address that was connected to is
 * judged once more: a name that pointed to a public address when the settings were saved, and to 127.0.0.1 now, is caught
 * (DNS rebinding). Which addresses are allowed is the domain's to say.
 */
import {
  isAllowedAddress,
  isAllowedEndpoint,
  withoutRootDot,
  type AllowedDestinations,
} from '@belfry/domain';
import { isIP } from 'node:net';

/** Where a webhook connects to, and who may be there. */
export interface Target {
  /**
   * What connections are shared by. A connection outlives the request it was opened for, so what was checked when it was
   * opened has to hold for each later request as well: requests that the operator's list lets through by host or endpoint
   * (no address is checked) share none with the rest, nor do those of different lists of ranges.
   */
  readonly key: string;
  readonly isSecure: boolean;
  /** A name without the dot of the DNS root, or an address without brackets: the form that TLS and `Host` take (RFC 6066 section 3). */
  readonly host: string;
  /** The name as it is looked up: a dot at its end makes it complete. Null where the host is an address. */
  readonly name: string | null;
  readonly port: number;
  readonly isReachable: (address: string) => boolean;
}

/** Reads where the URL leads, judged by what the operator allows. */
export function targetOf(url: URL, allowed: AllowedDestinations): Target {
  const isSecure = url.protocol === 'https:';
  const host = withoutRootDot(url.hostname).replace(/^\[(.*)\]$/, '$1');
  const port = Number(url.port || (isSecure ? 443 : 80));
  const { cidrs } = allowed;
  const isListed = isAllowedEndpoint(url, allowed);
  return {
    key: `${url.protocol}//${host}:${port} ${isListed ? 'listed' : cidrs.join(' ')}`,
    isSecure,
    host,
    name: isIP(host) === 0 ? url.hostname : null,
    port,
    isReachable: isListed
      ? () => true
      : (address) => isAllowedAddress(address, { hosts: new Set(), cidrs, endpoints: [] }),
  };
}
