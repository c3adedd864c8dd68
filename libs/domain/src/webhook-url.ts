import { type Result } from './problem.js';

/** What the operator lets webhooks reach although it is not public. */
export interface AllowedDestinations {
  /** Host names or addresses, each as `host` (any port) or `host:port`, in the URL parser's normal form. */
  readonly hosts: ReadonlySet<string>;
  /** Address ranges in CIDR notation. */
  readonly cidrs: readonly string[];
  /** Whole endpoints, as origin and path: the development endpoint of the sample account. */
  readonly endpoints: readonly string[];
}

/** Nothing but public addresses. */
export const publicDestinationsOnly: AllowedDestinations = { hosts: new Set(), cidrs: [], endpoints: [] };

/** Reads a webhook URL; answers it in the URL parser's normal form. The pointer of a problem is empty: the caller knows the field. */
export function parseWebhookUrl(text: string, allowed: AllowedDestinations): Result<string> {
  throw new Error(`to be written: ${text} ${String(allowed)}`);
}

/** The URL with its query masked: `?***` in place of a query. */
export function maskWebhookUrl(url: string): string {
  throw new Error(`to be written: ${url}`);
}

/** Says whether an IP address (v4 or v6, as text) can be reached by the public. */
export function isPublicAddress(address: string): boolean {
  throw new Error(`to be written: ${address}`);
}

/** Says whether a webhook may be sent to this address: it is public, or in one of the allowed ranges. */
export function isAllowedAddress(address: string, allowed: AllowedDestinations): boolean {
  throw new Error(`to be written: ${address} ${String(allowed)}`);
}

/** Says whether the operator's list names this URL's host (with or without its port), or the whole endpoint. */
export function isAllowedEndpoint(url: URL, allowed: AllowedDestinations): boolean {
  throw new Error(`to be written: ${String(url)} ${String(allowed)}`);
}
