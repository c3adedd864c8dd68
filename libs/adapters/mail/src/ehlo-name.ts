import { isIPv4, isIPv6 } from 'node:net';
import { failure, success, type Result } from '@belfry/domain';

const domainName =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/**
 * Reads the setting SMTP_EHLO_NAME: what a client may call itself (RFC 5321 section 4.1.2), a domain name or an address
 * in brackets. Anything else is a problem.
 */
export function parseEhloName(text: string): Result<string> {
  const literal = /^\[(IPv6:)?(.*)\]$/i.exec(text);
  const fits =
    literal === null
      ? domainName.test(text) && !isIPv4(text)
      : literal[1] === undefined
        ? isIPv4(literal[2]!)
        : isIPv6(literal[2]!);
  return fits
    ? success(text)
    : failure({
        pointer: '',
        message: 'must be a domain name such as notifications.example.com, or an address such as [192.0.2.1]',
      });
}
