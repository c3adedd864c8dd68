/** What lets the main job be watched without anything else: the development mailbox and the development endpoint. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { endpointPage } from './endpoint/endpoint-page.js';
import { isOwnHost } from './endpoint/own-host.js';
import { ReceivedWebhooks } from './endpoint/received-webhooks.js';
import type { DevelopmentMailbox } from './mailbox/development-mailbox.js';
import {
  mailboxListPage,
  mailboxMailPage,
  mailboxMissingPage,
  mailboxPageHeaders,
} from './mailbox/mailbox-pages.js';

/** How many mails the mailbox's page lists. */
const listed = 200;

/** What the pages are made of. */
export interface DevelopmentPages {
  readonly mailbox: DevelopmentMailbox;
  /** Host names that lead to this process, beside addresses and localhost. */
  readonly hosts: readonly string[];
  /** The path that the pages are reached under; empty at the root of a host. */
  readonly publicPath: string;
  /** Answers 403 with this sentence. */
  readonly refuse: (reply: FastifyReply, why: string) => void;
}

/** Serves `/dev/mailbox` and `/dev/endpoint`, to whoever calls them by a name of this process. */
export function developmentPages(
  server: FastifyInstance,
  { mailbox, hosts, publicPath, refuse }: DevelopmentPages,
): void {
  const webhooks = new ReceivedWebhooks();
  const mailboxPath = `${publicPath}/dev/mailbox`;
  server.addHook('onRequest', (request, reply, next) => {
    // What is only put in may come under any name, as from another container.
    if (request.method === 'POST' || isOwnHost(request.headers.host, hosts)) next();
    else refuse(reply, foreignName);
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));

  server.post('/dev/endpoint', (request, reply) => {
    webhooks.add({
      receivedAt: new Date(),
      method: request.method,
      path: request.originalUrl,
      headers: pairs(request.raw.rawHeaders),
      body: (request.body as Buffer | undefined)?.toString() ?? '',
    });
    return reply.send();
  });
  server.get('/dev/endpoint', (request, reply) =>
    wantsJson(request)
      ? reply.send({ webhooks: webhooks.list() })
      : show(reply, endpointPage(webhooks.list(), mailboxPath)),
  );

  server.get('/dev/mailbox', async (request, reply) => {
    const mails = await mailbox.list(listed);
    return wantsJson(request) ? reply.send({ mails }) : show(reply, mailboxListPage(mails, mailboxPath));
  });
  server.get<{ Params: { id: string } }>('/dev/mailbox/:id', async (request, reply) => {
    const mail = await mailbox.read(request.params.id);
    if (mail === null) return show(reply.status(404), mailboxMissingPage(mailboxPath));
    return wantsJson(request) ? reply.send(mail) : show(reply, mailboxMailPage(mail, mailboxPath));
  });
}

const foreignName =
  'These pages are not shown under this name, which could belong to a site that tries to read them. Open them at localhost, at an IP address or at the host in PUBLIC_URL.';

function show(reply: FastifyReply, page: string): FastifyReply {
  return reply.headers(mailboxPageHeaders).send(page);
}

/** A browser names HTML first; everybody else gets JSON if it asks for it. */
function wantsJson(request: FastifyRequest): boolean {
  return request.headers.accept?.startsWith('application/json') ?? false;
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, place) =>
    place % 2 === 0 ? [[name, rawHeaders[place + 1]!] as [string, string]] : [],
  );
}
