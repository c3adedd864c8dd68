/** The cookie that carries the session of an admin's page. */
import { sessionLifetimeMs } from '@belfry/application';
import type { FastifyRequest } from 'fastify';

const name = 'belfry_session';

/** The value of `Set-Cookie` that keeps a session; over https alone where the page is served so. */
export function keepSession(secret: string, publicUrl: string): string {
  return cookie(secret, sessionLifetimeMs / 1000, publicUrl);
}

/** The value of `Set-Cookie` that forgets it. */
export function forgetSession(publicUrl: string): string {
  return cookie('', 0, publicUrl);
}

function cookie(value: string, maxAgeSeconds: number, publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}

/** The session's secret of a request; null where it carries none. */
export function sessionOf(request: FastifyRequest): string | null {
  const match = new RegExp(`(?:^|;\\s*)${name}=([0-9a-f]{64})(?:;|$)`).exec(request.headers.cookie ?? '');
  return match?.[1] ?? null;
}

/**
 * Says whether a request that changes something comes from the page itself: a browser says so by `Sec-Fetch-Site`, and an
 * older one by `Origin`. SameSite=Strict keeps other sites out already; this keeps out sister domains as well.
 */
export function isFromThePage(request: FastifyRequest, publicUrl: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = request.headers;
  return (
    origin !== undefined &&
    (origin === new URL(publicUrl).origin || origin.replace(/^https?:\/\//, '') === host)
  );
}
