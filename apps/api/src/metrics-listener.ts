/**
 * A listener for `/metrics` alone, where `METRICS_PORT` asks for one: the API can then be led to the outside as a whole,
 * without a proxy that keeps this one path back.
 */
import type { Configuration } from '@belfry/configuration';
import { loggableError } from '@belfry/telemetry';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { MetricsText } from './metrics-text.js';

/** Some scrapers, and people who look. */
const mostConnections = 100;

/** Such a listener, listening. */
export interface MetricsListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on the address of the API; null where no port was asked for. Rejects where the port is taken. */
export async function listenForMetrics(
  { metricsPort, host }: Pick<Configuration['http'], 'metricsPort' | 'host'>,
  text: MetricsText,
  logger: Logger,
): Promise<MetricsListener | null> {
  if (metricsPort === null) return null;
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    answer(request, response, text).catch((error: unknown) => {
      logger.error({ error: loggableError(error) }, 'metrics could not be read');
      end(response, 500, "The metrics could not be read. The server's log has the details.\n");
    });
  });
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(metricsPort, host, resolve),
  );
  const { port } = server.address() as AddressInfo;
  return { port, close: () => close(server) };
}

async function answer(request: IncomingMessage, response: ServerResponse, text: MetricsText): Promise<void> {
  const [path] = (request.url ?? '').split('?', 1);
  if (path !== '/metrics') {
    end(response, 404, 'Only /metrics is served here.\n');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    end(response, 405, 'This address accepts only GET.\n');
    return;
  }
  const metrics = await text.read();
  response.setHeader('Content-Type', text.contentType);
  end(response, 200, metrics);
}

function end(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  // Nobody who scrapes sends a body; whoever does is not waited for.
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (
    response.req.headers['transfer-encoding'] !== undefined ||
    response.req.headers['content-length'] !== undefined
  )
    response.setHeader('Connection', 'close');
  response.statusCode = status;
  response.end(text);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
