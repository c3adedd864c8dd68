/**
 * Who makes a request, and whether they may: an API key in `Authorization: Bearer …` or the session of the admin page,
 * its scopes, and its account.
 */
import { ApiKeys, Portal, principalOf, type Principal, type Scope } from '@belfry/application';
import { CONFIGURATION, type Configuration } from '@belfry/composition';
import {
  createParamDecorator,
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { notFound, problemDocument, ProblemException } from './problem.js';
import { RateLimits } from './rate-limits.js';
import { isFromThePage, sessionOf } from './session-cookie.js';

const accessKey = 'access';

/** Opens a route to everybody. */
export const Public = () => SetMetadata(accessKey, 'public');
/** Opens a route to those who hold one of these scopes. */
export const RequireScope = (...scopes: readonly Scope[]) => SetMetadata(accessKey, scopes);

interface AuthenticatedRequest extends FastifyRequest {
  principal?: Principal;
}

/** Hands the principal of the request to a handler. */
export const CurrentPrincipal = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => {
    const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (principal === undefined) throw new Error('this route is public: it has no principal');
    return principal;
  },
);

/** Lets a request through if its key is known, has a scope that the route asks for, and reaches the account of the path. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeys,
    private readonly portal: Portal,
    private readonly limits: RateLimits,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<'public' | readonly Scope[] | undefined>(accessKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    if (access === undefined) throw new Error(`${context.getClass().name} does not say who may call it`);

    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    await this.limits.requireGoodStanding(request.ip);
    const principal = await this.authenticate(request);
    if (principal === null) {
      await this.limits.countRefusal(request.ip);
      throw unauthorized(request);
    }
    await this.limits.spend(principal.id);
    if (!access.some((scope) => principal.scopes.has(scope))) {
      throw new ProblemException(
        problemDocument('forbidden', `Your key would need the scope ${access.join(' or ')} for this.`),
      );
    }
    const { accountId } = request.params as { accountId?: string };
    if (
      accountId !== undefined &&
      principal.accountId !== null &&
      accountId !== String(principal.accountId)
    ) {
      throw notFound('account');
    }
    request.principal = principal;
    return true;
  }

  /** Whoever holds the key or the session of a request; null where nobody does. */
  private async authenticate(request: FastifyRequest): Promise<Principal | null> {
    const { authorization } = request.headers;
    if (authorization === undefined) return this.authenticateSession(request);
    const key = /^Bearer +([\x21-\x7e]{1,255}) *$/i.exec(authorization)?.[1];
    return key === undefined ? null : this.keys.authenticate(key);
  }

  /** By the cookie of the admin page; what changes something must come from the page itself. */
  private async authenticateSession(request: FastifyRequest): Promise<Principal | null> {
    const secret = sessionOf(request);
    const session = secret === null ? null : await this.portal.find(secret);
    if (session === null) return null;
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    if (changes && !isFromThePage(request, this.configuration.publicUrl)) {
      throw new ProblemException(
        problemDocument('forbidden', 'A session may change something from its own page alone.'),
      );
    }
    return principalOf(session);
  }
}

function unauthorized(request: FastifyRequest): ProblemException {
  const detail =
    request.headers.authorization !== undefined
      ? 'The API key is not known, or was revoked.'
      : sessionOf(request) !== null
        ? 'The session is over: ask your platform for a new link.'
        : 'Send your API key as Authorization: Bearer <key>.';
  return new ProblemException(problemDocument('unauthorized', detail), { 'WWW-Authenticate': 'Bearer' });
}
