/**
 * Which URLs an endpoint can have. The URL is judged in the form that the URL parser gives it, so that no spelling of an
 * address (decimal, octal, full-width, percent-encoded) hides where it leads. Names are judged again by the address that
 * is connected to.
 */
import {
  isAllowedAddress,
  isAllowedEndpoint,
  withoutRootDot,
  type AllowedDestinations,
} from './allowed-destinations.js';
import { maskedPartOf } from './masked-url.js';
import { failure, success, type Result } from './problem.js';
import { readAddress, whyNotPublic } from './public-address.js';

const longestUrl = 2048;

const controlOrHalfCharacter = /[\p{Cc}\p{Cs}]/u;

/** Names that are never public, with all names under them. */
const localNames: readonly (readonly [name: string, is: string])[] = [
  ['localhost', 'the loopback address (RFC 6761)'],
  ['local', 'for multicast DNS (RFC 6762)'],
  ['internal', 'for private networks (reserved by ICANN)'],
  ['home.arpa', 'for home networks (RFC 8375)'],
];

/**
 * Reads a webhook URL (WHATWG URL); answers it in the URL parser's normal form. White space around it is dropped. The
 * pointer of a problem is empty: the caller knows the field. No problem's message holds any of the query.
 */
export function parseWebhookUrl(text: string, allowed: AllowedDestinations): Result<string> {
  const trimmed = text.replace(/^[ \t\n\f\r]+/, '').trimEnd();
  const wrong = whyNotReadable(trimmed);
  if (wrong !== null) return refused(wrong);
  const url = new URL(trimmed);
  const reason = whyNotAnEndpoint(url) ?? whyNotReachable(url, allowed);
  return reason === null ? success(url.href) : refused(reason);
}

function refused(message: string): Result<never> {
  return failure({ pointer: '', message });
}

/** What the URL parser would take without a word, or refuse without a reason. */
function whyNotReadable(text: string): string | null {
  if (text === '') return 'must be an http or https URL, but is empty';
  if (text.length > longestUrl) return tooLong(text);
  if (controlOrHalfCharacter.test(text)) {
    return 'must be a URL without line breaks, tabs, other control characters or broken characters';
  }
  if (!URL.canParse(text)) {
    return 'must be a complete http or https URL with a valid host, such as https://hooks.example.com/in';
  }
  return null;
}

function whyNotAnEndpoint(url: URL): string | null {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must be an http or https URL';
  if (url.username !== '' || url.password !== '') return 'must be a URL without a user name or password';
  // In the normal form, a # anywhere else is written %23.
  if (url.href.includes('#')) return 'must be a URL without a fragment: leave out the # and what follows it';
  if (url.port === '0') return 'must be a URL with a port from 1 to 65535';
  if (url.href.length > longestUrl) return tooLong(url.href);
  // Taken as it stands, what a reader is shown instead of the URL would overwrite the secret.
  const masked = maskedPartOf(url.href);
  return masked === null ? null : `must be the whole URL: in this one, ${masked} is masked with ***`;
}

function tooLong(text: string): string {
  return `must be at most ${longestUrl} characters long, but is ${text.length}`;
}

function whyNotReachable(url: URL, allowed: AllowedDestinations): string | null {
  if (isAllowedEndpoint(url, allowed)) return null;
  const host = withoutRootDot(url.hostname);
  const reason = whyNotPublicHost(host, allowed);
  return reason === null
    ? null
    : `must point at a public address: ${host} ${reason}. The operator can allow it with WEBHOOK_ALLOWED_HOSTS or WEBHOOK_ALLOWED_CIDRS`;
}

function whyNotPublicHost(host: string, allowed: AllowedDestinations): string | null {
  const address = readAddress(host);
  if (address !== null) return isAllowedAddress(host, allowed) ? null : `is ${whyNotPublic(address)!}`;
  if (host === 'localhost' && ['127.0.0.1', '::1'].some((loopback) => isAllowedAddress(loopback, allowed)))
    return null;
  const labels = host.split('.');
  if (labels.includes('')) return 'has an empty part between dots';
  const local = localNames.find(([name]) => host === name || host.endsWith(`.${name}`));
  if (local !== undefined) return `is ${local[1]}`;
  return labels.length === 1 ? 'is a name without a domain' : null;
}
