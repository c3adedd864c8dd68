/**
 * What is decided about a request by its head alone, before a byte of its body is read: whether there is such a route,
 * who asks, how often they may, whether they may ask this, and whether the account of the path is theirs. Guards of Nest
 * would be too late: Fastify reads and parses the body before it calls them.
 */
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Authentication, unauthorized } from './authentication.js';
import { hasBody } from './body-limits.js';
import { refusedByItsHead } from './json-body.js';
import { problemDocument } from '@belfry/contract';
import { notFound, ProblemException } from './problem.js';
import { routeProblem } from './problem.filter.js';
import { RateLimits } from './rate-limits.js';
import { RouteTable } from './route-table.js';

/** Lets requests in, or ends them with a problem. */
@Injectable()
export class FrontDoor {
  constructor(
    private readonly authentication: Authentication,
    private readonly limits: RateLimits,
    private readonly routes: RouteTable,
  ) {}

  /** Ends the request by throwing its problem, unless whoever asks may call its route. */
  async admit(request: FastifyRequest): Promise<void> {
    if (request.is404) throw this.routes.nothingAt(request.url);
    const { access, readsStrangers = false } = request.routeOptions.config;
    if (access === 'public') {
      // Of somebody unknown no body is read: what is open to everybody needs none.
      if (!readsStrangers && hasBody(request) && request.method !== 'GET' && request.method !== 'HEAD')
        throw takesNoBody();
      return;
    }
    if (access === undefined) throw new Error(`${request.routeOptions.url} does not say who may call it`);

    const principal = await this.authentication.authenticate(request);
    if (principal === null) {
      await this.limits.countRefusal(request.client);
      throw unauthorized(request);
    }
    await this.limits.spend(principal);
    if (!access.some((scope) => principal.scopes.has(scope))) {
      throw new ProblemException(
        problemDocument('forbidden', `This needs a key with the scope ${access.join(' or ')}.`),
      );
    }
    const { accountId } = request.params as { accountId?: string };
    const isForeign = accountId !== undefined && accountId !== String(principal.accountId);
    if (principal.accountId !== null && isForeign) throw notFound('account');
    const refused = refusedByItsHead(request);
    if (refused !== null) throw refused;
  }
}

/** Stands before every route that is registered from now on, and before what is no route. */
export function guardRequests(server: FastifyInstance, door: FrontDoor): void {
  server.addHook('onRequest', (request, reply, done) => {
    door.admit(request).then(
      () => done(),
      (error: unknown) => routeProblem(error, reply),
    );
  });
}

const takesNoBody = () =>
  new ProblemException(
    problemDocument('body-too-large', 'This address does not accept a body. Send the request without one.'),
  );
