/**
 * The admin page's own files at `/`: one document for all its tabs, and its scripts and styles. The document names them by
 * relative addresses, so it works under whatever path it is reached: its own address must end as one of the page's.
 */
import { pagePaths } from '@belfry/domain';
import { fastifyStatic } from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openToEverybody } from './http/authentication.js';
import { pageIsolation } from './http/security-headers.js';

/** What the build of apps/admin made. */
const pageFolder = fileURLToPath(new URL('../../admin/dist/', import.meta.url));

/** What the page is served with. */
export interface AdminPageOptions {
  /** Origins that may embed the page; none: nobody may. */
  readonly frameAncestors: readonly string[];
  /** The path that people reach it under; empty at the root of a host. */
  readonly publicPath: string;
}

/** Serves the admin page; says at its address what to do where it was not built. */
export async function adminPage(
  server: FastifyInstance,
  { frameAncestors, publicPath }: AdminPageOptions,
): Promise<void> {
  const headers = pageHeaders(frameAncestors);
  openToEverybody(server);
  if (!existsSync(`${pageFolder}index.html`)) {
    for (const path of pagePaths) server.get(path, (_request, reply) => notBuilt(reply));
    return;
  }
  await server.register(fastifyStatic, {
    root: `${pageFolder}assets`,
    prefix: '/assets/',
    index: false,
    // The build left a .br and a .gz beside each file.
    preCompressed: true,
    // Their names hold a hash of what is in them.
    immutable: true,
    maxAge: '365d',
  });
  const document = (_request: FastifyRequest, reply: FastifyReply) =>
    reply.headers(headers).sendFile('index.html', pageFolder, { cacheControl: false });
  for (const path of pagePaths) server.get(path, document);
  if (publicPath !== '') {
    server.get(publicPath, ({ url }, reply) =>
      reply.redirect(url.replace(publicPath, `${publicPath}/`), 308),
    );
  }
}

/**
 * Nothing but the page's own files runs, and nothing is asked of another host. Styles that scripts set on an element are
 * no inline styles in the sense of CSP, so `style-src` needs no exception. The one frame is the preview of a mail.
 */
function pageHeaders(frameAncestors: readonly string[]): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : ["'self'", ...frameAncestors].join(' ')}`,
  ];
  return {
    ...pageIsolation,
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': policy.join('; '),
  };
}

/**
 * What a mail is shown with in the page's preview: no script, nothing remote, an origin of its own. The styles are the
 * mail's, which stand on its elements because mail programs drop the rest.
 */
export function mailPreviewHeaders(frameAncestors: readonly string[]): Record<string, string> {
  const policy = [
    'sandbox',
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `frame-ancestors ${["'self'", ...frameAncestors].join(' ')}`,
  ];
  return {
    ...pageIsolation,
    'Content-Security-Policy': policy.join('; '),
    'Content-Type': 'text/html; charset=utf-8',
  };
}

function notBuilt(reply: FastifyReply): FastifyReply {
  return reply
    .status(404)
    .type('text/plain; charset=utf-8')
    .send('The admin page is not built. Build it with: npm run build\n');
}
