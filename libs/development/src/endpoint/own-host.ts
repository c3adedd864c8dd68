import { isIP } from 'node:net';

/**
 * Whether a request names this process by an address, or by a name that is known to lead here. A page on the internet
 * can have its own name lead to this machine (DNS rebinding), and would then be let read what is here; its requests
 * carry its name.
 */
export function isOwnHost(header: string | undefined, hosts: readonly string[]): boolean {
  if (header === undefined || /[/?#@\\]/.test(header) || !URL.canParse(`http://${header}`)) return false;
  const { hostname } = new URL(`http://${header}`);
  const name = hostname.replace(/\.$/, '');
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
  return isAddress || name === 'localhost' || name.endsWith('.localhost') || hosts.includes(name);
}
