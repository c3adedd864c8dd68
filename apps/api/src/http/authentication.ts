/**
 * Who may call a route, and who asks: an API key in `Authorization: Bearer …` or the session of the admin page. Whether
 * the one is the other is decided in `front-door.ts`, before a body is read.
 */
import { ApiKeys, Portal, principalOf, type Principal } from '@belfry/application';
import { httpConfig } from '@belfry/configuration';
import type { Scope } from '@belfry/domain';
import { createParamDecorator, Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problemDocument } from '@belfry/contract';
import { ProblemException } from './problem.js';
import { isFromThePage } from './request-origin.js';
import { SessionCookies } from './session-cookies.js';

/** Who may call a route: everybody, or whoever holds one of these scopes. */
export type Access = 'public' | readonly Scope[];

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** True where the body of somebody unknown is read: in development alone. */
    readsStrangers?: boolean;
  }
  interface FastifyRequest {
    /** Who asks; undefined before that is known, and where the route is open to everybody. */
    principal?: Principal | undefined;
  }
}

/** Opens a route that is no part of the contract to everybody. */
export const Public = () => RouteConfig({ access: 'public' });

/** Opens every route that a plugin registers from now on to everybody. */
export function openToEverybody(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    route.config = { ...route.config, access: 'public' };
  });
}

/** Hands the principal of the request to a handler. */
export const CurrentPrincipal = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => {
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
    if (principal === undefined) throw new Error('this route is public: it has no principal');
    return principal;
  },
);

/** Finds out who asks, by the head of a request. */
@Injectable()
export class Authentication {
  constructor(
    private readonly keys: ApiKeys,
    private readonly portal: Portal,
    private readonly cookies: SessionCookies,
    @Inject(httpConfig.KEY) private readonly http: ConfigType<typeof httpConfig>,
  ) {}

  /**
   * Whoever holds the key or the session of a request; null where nobody does. The request knows them from then on, so
   * that the log can name whom a refusal is about.
   */
  async authenticate(request: FastifyRequest): Promise<Principal | null> {
    const { authorization } = request.headers;
    if (authorization === undefined) return this.authenticateSession(request);
    const key = /^Bearer +([\x21-\x7e]{1,255}) *$/i.exec(authorization)?.[1];
    const principal = key === undefined ? null : await this.keys.authenticate(key);
    request.principal = principal ?? undefined;
    return principal;
  }

  /** By the cookie of the admin page; what changes something must come from the page itself. */
  private async authenticateSession(request: FastifyRequest): Promise<Principal | null> {
    const chosen = this.cookies.chosenBy(request);
    const session = chosen === null ? null : await this.portal.find(chosen);
    if (session === null) return null;
    const principal = principalOf(session);
    request.principal = principal;
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    if (changes && !isFromThePage(request, this.http.publicUrl)) {
      throw new ProblemException(
        problemDocument(
          'forbidden',
          'The request did not come from the admin page. A session can make changes only from there.',
        ),
      );
    }
    return principal;
  }
}

/** The answer to a request whose key or session is not known. */
export function unauthorized(request: FastifyRequest): ProblemException {
  const detail =
    request.headers.authorization !== undefined
      ? 'The API key is unknown or was revoked. Send a valid one.'
      : /\bbelfry_session_/.test(request.headers.cookie ?? '')
        ? 'There is no session for this account, or it has ended. Ask your platform for a new link.'
        : 'Send your API key as Authorization: Bearer <key>.';
  return new ProblemException(problemDocument('unauthorized', detail), { 'WWW-Authenticate': 'Bearer' });
}
