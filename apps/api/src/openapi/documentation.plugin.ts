/** `/openapi.json`, and `/docs`: the same for people to read. Everything comes from this process. */
import { fastifyStatic } from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { openToEverybody } from '../http/authentication.js';
import { pageIsolation } from '../http/security-headers.js';

const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** Its addresses are relative: the page may be reached under any path. */
const pageHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Belfry API</title>
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/page.js"></script>
</body>
</html>
`;

const pageScript = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null });\n`;

/** Swagger UI sets styles on elements by attribute, and embeds its images as data. Its scripts are files. */
const pageHeaders = {
  ...pageIsolation,
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
};

/** Serves the description of the API. */
export async function documentation(
  server: FastifyInstance,
  { document }: { document: object },
): Promise<void> {
  const description = fixedAnswer(Buffer.from(JSON.stringify(document)));
  openToEverybody(server);
  await server.register(fastifyStatic, {
    root: assets,
    prefix: '/docs/assets/',
    decorateReply: false,
    index: false,
    allowedPath: (path) => /^\/swagger-ui(-bundle)?\.(css|js)$/.test(path),
  });
  server.get('/openapi.json', (request, reply) =>
    description(request, reply.type('application/json; charset=utf-8')),
  );
  server.get('/docs', (_request, reply) =>
    reply.headers(pageHeaders).type('text/html; charset=utf-8').send(pageHtml),
  );
  server.get('/docs/page.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(pageScript),
  );
}

/** Answers these bytes, which stay as they are while the process runs; nothing but their tag to whoever has them. */
function fixedAnswer(bytes: Buffer): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const tag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
  return (request, reply) => {
    void reply.headers({ ETag: tag, 'Cache-Control': 'no-cache' });
    // RFC 9110 section 13.1.2: compared weakly, as a proxy that packs answers weakens their tags.
    const known = (request.headers['if-none-match'] ?? '')
      .split(',')
      .map((one) => one.trim().replace(/^W\//, ''));
    if (known.includes(tag) || known.includes('*')) return reply.status(304).send();
    return reply.send(bytes);
  };
}
