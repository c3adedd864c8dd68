/** Builds the API app on Fastify: routes, body reading, problems, documentation, the admin page and, in development, its own pages. */
import { openApiDocument } from '@belfry/contract';
import { publicPathOf, withoutPublicPath, type Configuration } from '@belfry/configuration';
import { EventCatalogue } from '@belfry/domain';
import { version } from '@belfry/nest';
import { Telemetry, type Tracing } from '@belfry/telemetry';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { adminPage } from './admin-page.plugin.js';
import { AppModule } from './app.module.js';
import { openDevelopment } from './development.js';
import { bodyLimits } from './http/body-limits.js';
import { BodyMemory } from './http/body-memory.js';
import { answerBrokenRequests } from './http/broken-requests.js';
import { noteClient, noteClients } from './http/client.js';
import { FrontDoor, guardRequests } from './http/front-door.js';
import { acceptJsonOnly } from './http/json-body.js';
import { measureRequests, traceRequests } from './http/observed-requests.js';
import { boundPipelines } from './http/pipelined-requests.js';
import { routeProblem } from './http/problem.filter.js';
import { logRequests, logUnrouted, requestId } from './http/request-log.js';
import { RouteTable } from './http/route-table.js';
import { secureAnswer, secureAnswers } from './http/security-headers.js';
import { answerBeforeTheBody, leaveUnread } from './http/unread-body.js';
import { NestLogger } from './nest-logger.js';
import { documentation } from './openapi/documentation.plugin.js';

/** How long the head of a request may take to come. */
const headMs = 10_000;
const looksEveryMs = 5_000;
/** How long nothing may move on a connection that is being answered. */
const idleMs = 60_000;

/** Builds the app; it is ready to listen. Throws where the database can't be opened. */
export async function createApp(
  configuration: Configuration,
  logger: Logger,
  tracing: Tracing | null,
): Promise<NestFastifyApplication> {
  const { publicUrl, requestTimeoutMs, connections, trustedProxies } = configuration.http;
  const { role } = configuration.process;
  const publicPath = publicPathOf(publicUrl);
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimits.bytes,
    requestTimeout: requestTimeoutMs,
    // A client that does not take its answer. A test delivery takes as long as its webhook.
    connectionTimeout: configuration.webhooks.timeoutMs + idleMs,
    http: {
      headersTimeout: Math.min(headMs, requestTimeoutMs),
      // How often Node looks for requests that took too long.
      connectionsCheckingInterval: Math.min(looksEveryMs, requestTimeoutMs),
    },
    routerOptions: { maxParamLength: 200 },
    // A connection that is kept for the next request must not keep the process from stopping.
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    // What the router itself refuses reaches no filter of Nest.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      secureAnswer(reply, publicUrl);
      noteClient(request, trustedProxies);
      logUnrouted(request, reply, logger);
      leaveUnread(reply);
      routeProblem(error, reply);
    },
    clientErrorHandler: answerBrokenRequests(publicUrl, logger),
    genReqId: requestId,
    // A proxy may hand the public path on, or take it off: both lead to the same routes.
    rewriteUrl: ({ url = '' }) => withoutPublicPath(url, publicPath),
  });
  const server = adapter.getInstance();
  const routes = new RouteTable(server, publicPath);
  noteClients(server, trustedProxies);
  secureAnswers(server, publicUrl);
  logRequests(server, logger);
  answerBeforeTheBody(server);
  boundPipelines(server, publicUrl);
  server.server.maxConnections = connections;

  const telemetry = new Telemetry(logger, { version, role }, tracing);
  const development = await openDevelopment(configuration);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(configuration, telemetry, routes, development),
    adapter,
    { bodyParser: false, abortOnError: false, logger: new NestLogger(logger) },
  );
  acceptJsonOnly(server, app.get(BodyMemory));
  measureRequests(server, telemetry.metrics);
  guardRequests(server, app.get(FrontDoor));
  if (tracing !== null) traceRequests(server, tracing);
  if (role !== 'worker') {
    await server.register(documentation, {
      document: openApiDocument({
        catalogue: app.get(EventCatalogue),
        sites: configuration.platform.sites,
        version,
        publicPath,
      }),
    });
    await server.register(adminPage, {
      frameAncestors: configuration.portal.frameAncestors,
      publicPath,
    });
    await development?.servePages(server);
  }
  await app.init();
  return app;
}
