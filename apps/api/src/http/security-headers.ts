/**
 * The usual security headers of every answer. A page's own files and policies stand in `admin-page.plugin.ts` and
 * `documentation.plugin.ts`; what a route sets itself wins over what is set here.
 */
import { publicPathOf } from '@belfry/configuration';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** A year, as browsers' preload lists ask for at the least (RFC 6797). */
const strictTransport = 'max-age=31536000; includeSubDomains';

/** Answers are data: nothing in them runs, and no site frames them. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'";

const everywhere: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': dataPolicy,
  // What is answered may hold an account's data or a key that is shown once. Files that may be kept say so themselves.
  'Cache-Control': 'no-store',
};

/**
 * The headers of every answer of a process that people reach at this address. Over https alone they include HSTS, and only
 * at the root of a host: it speaks for the whole host, and who has a path of it would undo what its owner says.
 */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return publicUrl.startsWith('https:') && publicPathOf(publicUrl) === ''
    ? { ...everywhere, 'Strict-Transport-Security': strictTransport }
    : everywhere;
}

/** What the headers of a page are beside its own policy: no other window, and no sensor, is within its reach. */
export const pageIsolation: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** Sets them before a route is chosen, so that refusals carry them too. Call it before routes are registered. */
export function secureAnswers(server: FastifyInstance, publicUrl: string): void {
  const headers = securityHeaders(publicUrl);
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

/** Sets them on an answer that reaches no hook. */
export function secureAnswer(reply: FastifyReply, publicUrl: string): void {
  reply.headers(securityHeaders(publicUrl));
}
