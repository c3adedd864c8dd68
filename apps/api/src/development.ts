/** What is there in development alone. Production does not even load it: libs/development is imported here, when asked for. */
import { isDevelopment, publicPathOf, type Configuration } from '@belfry/configuration';
import type { Mailbox, SeededAccount } from '@belfry/development';
import { version, type BelfryOptions } from '@belfry/nest';
import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { join } from 'node:path';
import { openToEverybody } from './http/authentication.js';
import { problemDocument } from '@belfry/contract';
import { sendProblem } from './http/problem.filter.js';

/** The token of `Development`, or of null in production. */
export const DEVELOPMENT = Symbol('Development');

/** The development mailbox, the development endpoint and the sample account of this process. */
export interface Development {
  readonly sampleAccountId: number;
  readonly mailTransport: Mailbox['transport'];
  /** The endpoint of the sample account, which no other may use. */
  readonly endpoint: NonNullable<NonNullable<BelfryOptions['webhooks']>['alsoAllowed']>;
  /** Serves the mailbox and the endpoint. */
  servePages(server: FastifyInstance): Promise<void>;
  /** Makes the sample account, or leads its webhooks here where it is there already. */
  seed(app: INestApplicationContext): Promise<SeededAccount>;
}

/** Opens what development has; null in production, and with a mail server. */
export async function openDevelopment(configuration: Configuration): Promise<Development | null> {
  if (!isDevelopment(configuration)) return null;
  const { developmentEndpoint, developmentPages, openMailbox, sampleAccountId, seedSampleAccount } =
    await import('@belfry/development');
  const { publicUrl, host } = configuration.http;
  const mailbox = await openMailbox(join(configuration.database.dataDirectory, 'mailbox'));
  const endpoint = developmentEndpoint(configuration.http);
  return {
    sampleAccountId,
    mailTransport: mailbox.transport,
    endpoint: { accountId: sampleAccountId, endpoint },
    servePages: async (server) => {
      await server.register((pages, _options, done) => {
        openToEverybody(pages);
        // The endpoint takes what anybody sends.
        pages.addHook('onRoute', (route) => {
          route.config = { ...route.config, readsStrangers: true };
        });
        developmentPages(pages, {
          mailbox: mailbox.mails,
          hosts: [host, new URL(publicUrl).hostname],
          publicPath: publicPathOf(publicUrl),
          refuse: (reply, why) => sendProblem(reply, problemDocument('forbidden', why)),
        });
        done();
      });
    },
    seed: (app) => seedSampleAccount(app, { endpoint, sites: configuration.platform.sites, version }),
  };
}
