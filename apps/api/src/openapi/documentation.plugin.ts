/** `/openapi.json`, and `/docs`: the same for people to read. Everything comes from this process. */
import { fastifyStatic } from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { openToEverybody } from '../http/authentication.js';
import { pageIsolation } from '../http/security-headers.js';

const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const pageHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Belfry API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/page.js"></script>
</body>
</html>
`;

const pageScript = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null });\n`;

/** Swagger UI sets styles on elements by attribute, and shows images of its own as data. Its scripts are files. */
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
  const json = JSON.stringify(document);
  openToEverybody(server);
  await server.register(fastifyStatic, {
    root: assets,
    prefix: '/docs/assets/',
    decorateReply: false,
    index: false,
    allowedPath: (path) => /^\/swagger-ui(-bundle)?\.(css|js)$/.test(path),
  });
  server.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(json));
  server.get('/docs', (_request, reply) =>
    reply.headers(pageHeaders).type('text/html; charset=utf-8').send(pageHtml),
  );
  server.get('/docs/page.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(pageScript),
  );
}
