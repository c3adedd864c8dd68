/** Settings that work and are unwise: said at start, in words that name what to do. What can never work is refused instead. */
import { isEasyToGuess, strongKey, type Configuration } from '@belfry/configuration';

/** The warnings, none of which shows a secret. */
export function unwiseSettings({ process, http, portal, access }: Configuration): string[] {
  const { production } = process;
  const { publicUrl } = http;
  const { bootstrapApiKey } = access;
  const warnings: string[] = [];
  if (bootstrapApiKey !== null && isEasyToGuess(bootstrapApiKey)) {
    warnings.push(`BOOTSTRAP_API_KEY is easy to guess, and gives access to everything: it ${strongKey}`);
  }
  if (production && publicUrl.startsWith('http:') && !isLoopback(publicUrl)) {
    warnings.push(
      'PUBLIC_URL begins with http://: sessions and keys cross the network unencrypted. Serve it over https, and set PUBLIC_URL to that address',
    );
  }
  if (portal.frameAncestors.length > 0 && publicUrl.startsWith('http:')) {
    warnings.push(
      'PORTAL_FRAME_ANCESTORS: browsers keep no session in a frame on another site while PUBLIC_URL begins with http://. Serve it over https',
    );
  }
  return warnings;
}

/** True for an address that no network carries. */
function isLoopback(publicUrl: string): boolean {
  const { hostname } = new URL(publicUrl);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
