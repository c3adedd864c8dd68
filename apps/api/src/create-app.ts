/** Builds the API app on Fastify: routes, body reading, problems, documentation, the admin page and, in development, its own pages. */
import { isDevelopment, Metrics, type Configuration, type Tracing } from '@belfry/composition';
import { EventCatalogue } from '@belfry/domain';
import { DevelopmentMailbox } from '@belfry/mail';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { adminPage } from './admin-page.plugin.js';
import { AppModule } from './app.module.js';
import { development } from './development/development.plugin.js';
import { answerBrokenRequests } from './http/broken-requests.js';
import { FrontDoor, guardRequests } from './http/front-door.js';
import { acceptJsonOnly, maximumBody } from './http/json-body.js';
import { measureRequests, traceRequests } from './http/observed-requests.js';
import { routeProblem } from './http/problem.filter.js';
import { logRequests, logUnrouted, requestId } from './http/request-log.js';
import { RouteTable } from './http/route-table.js';
import { secureAnswer, secureAnswers } from './http/security-headers.js';
import { NestLogger } from './nest-logger.js';
import { documentation } from './openapi/documentation.plugin.js';
import { openApiDocument } from './openapi/document.js';

/** Builds the app; it is ready to listen. Throws where the database can't be opened. */
export async function createApp(
  configuration: Configuration,
  configurationModule: DynamicModule,
  logger: Logger,
  tracing: Tracing | null,
): Promise<NestFastifyApplication> {
  const { publicUrl } = configuration;
  const adapter = new FastifyAdapter({
    bodyLimit: maximumBody,
    routerOptions: { maxParamLength: 200 },
    // A connection that is kept for the next request must not keep the process from stopping.
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    // What the router itself refuses reaches no filter of Nest.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      secureAnswer(reply, publicUrl);
      logUnrouted(request, reply, logger);
      routeProblem(error, reply);
    },
    clientErrorHandler: answerBrokenRequests(publicUrl, logger),
    genReqId: requestId,
  });
  const server = adapter.getInstance();
  const routes = new RouteTable(server);
  secureAnswers(server, publicUrl);
  logRequests(server, logger);
  acceptJsonOnly(server);

  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(configuration, configurationModule, logger, routes, tracing),
    adapter,
    { bodyParser: false, abortOnError: false, logger: new NestLogger(logger) },
  );
  measureRequests(server, app.get(Metrics));
  guardRequests(server, app.get(FrontDoor));
  if (tracing !== null) traceRequests(server, tracing);
  if (configuration.role !== 'worker') {
    await server.register(documentation, {
      document: openApiDocument(app.get(EventCatalogue), configuration.sites),
    });
    await server.register(adminPage, { frameAncestors: configuration.portalFrameAncestors });
    if (isDevelopment(configuration))
      await server.register(development, { mailbox: app.get<DevelopmentMailbox>(DevelopmentMailbox) });
  }
  await app.init();
  return app;
}
