/** Where a browser's request comes from, as the browser itself says. */
import type { FastifyRequest } from 'fastify';

/**
 * Says whether a request that changes something comes from the page itself: a browser says so by `Sec-Fetch-Site`, and an
 * older one by `Origin`. SameSite=Strict keeps other sites out already; this keeps out sister domains as well, and the
 * page's own host over http where it is served over https.
 */
export function isFromThePage(request: FastifyRequest, publicUrl: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = request.headers;
  if (origin === undefined) return false;
  if (origin === new URL(publicUrl).origin || origin === `https://${host}`) return true;
  return publicUrl.startsWith('http:') && origin === `http://${host}`;
}

/** True where another site, or a sister domain, led the browser here. A tool that is no browser says nothing of it. */
export function isLedHereByAnother(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

/** True where nobody has followed a link yet: a browser or a mail program only looks ahead (`Sec-Purpose`, and what was before it). */
export function isLookAhead({ headers }: FastifyRequest): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) =>
    /\b(prefetch|prerender|preview)\b/i.test(String(headers[name] ?? '')),
  );
}
