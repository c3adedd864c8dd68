/** `belfry listen`: an endpoint on this machine that shows webhooks as they arrive. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verb } from '../command.js';
import { Refusal } from '../failure.js';
import { wholeNumber } from '../input.js';
import { bold, printable, printableJson, remark, showNext, untilStopped } from '../output.js';
import { record } from '../table.js';

export const listenCommand = () =>
  verb('listen', 'Run an endpoint on this machine, and show webhooks as they arrive, until Ctrl-C', [
    'belfry listen --port 4000',
    'belfry listen --status 500 --json | tee received.ndjson',
  ])
    .option('--port <port>', 'The port on 127.0.0.1; 0 takes any free port', wholeNumber(0, 65_535), 4000)
    .option('--status <status>', 'The HTTP status to answer', wholeNumber(200, 599), 200)
    .action(async (options) => {
      const stopped = untilStopped();
      const endpoint = await openLocalEndpoint(options.port, options.status, (webhook) =>
        showNext(options, webhook, () => webhookText(webhook)),
      ).catch((error: unknown) => {
        const { code, message } = error as NodeJS.ErrnoException;
        throw new Refusal(`cannot listen on port ${options.port}: ${code ?? message}`);
      });
      const address = `127.0.0.1:${endpoint.port}`;
      remark(
        {},
        [
          `Listening on http://${address}/ and answering ${options.status}. Press Ctrl-C to stop.`,
          `  belfry settings set <account> --webhook-url http://${address}/ --on all`,
          `This address is not public: set WEBHOOK_ALLOWED_HOSTS=${address} for the API, and for the command above.`,
        ].join('\n'),
      );
      await stopped;
      await endpoint.close();
    });

function webhookText({ received_at, method, path, headers, body }: ReceivedWebhook): string {
  const text = typeof body === 'string' ? printable(body, true) : printableJson(body, 2);
  return [
    bold(printable(`${received_at.toISOString()} ${method} ${path}`)),
    record(Object.entries(headers)),
    '',
    text,
    '',
  ].join('\n');
}

/** A webhook that arrived. */
interface ReceivedWebhook {
  readonly received_at: Date;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON that the body is, or its text where it is not JSON. */
  readonly body: unknown;
}

/** Payloads are a few hundred bytes; this is room for whatever else is posted here by mistake. */
const largestBody = 1024 * 1024;

/** Listens on 127.0.0.1; every request is handed over, and answered with `status`. Rejects where the port is taken. */
export async function openLocalEndpoint(
  port: number,
  status: number,
  received: (webhook: ReceivedWebhook) => void,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    readWebhook(request).then(
      (webhook) => {
        if (webhook !== null) received(webhook);
        response.writeHead(webhook === null ? 413 : status).end();
      },
      // The other side went away in the middle of its request: there is nobody to answer.
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  );
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function readWebhook(request: IncomingMessage): Promise<ReceivedWebhook | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  }
  if (size > largestBody) return null;
  return {
    received_at: new Date(),
    method: request.method ?? '',
    path: request.url ?? '',
    headers: headersAsSent(request.rawHeaders),
    body: parseBody(Buffer.concat(chunks).toString()),
  };
}

/** Node's own `headers` are in lower case; receivers debug what was sent. */
function headersAsSent(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let place = 0; place < raw.length; place += 2) {
    const name = raw[place]!;
    const value = raw[place + 1]!;
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}
