import {
  AccountStore,
  Destinations,
  pageAddress,
  pageScopes,
  Portal,
  principalOf,
  type Principal,
} from '@belfry/application';
import { CONFIGURATION, portalLinkOnTheWire, type Configuration } from '@belfry/composition';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentPrincipal, Public, RequireScope } from '../http/authentication.js';
import { AccountIdPipe } from '../http/paths.js';
import { invalid, notFound, problemDocument, ProblemException } from '../http/problem.js';
import { sendProblem } from '../http/problem.filter.js';
import { RateLimits } from '../http/rate-limits.js';
import { forgetSession, keepSession, sessionOf } from '../http/session-cookie.js';

/** The way of an admin to the page: links, which the platform asks for, and the sessions they open. */
@Controller()
export class PortalController {
  constructor(
    private readonly portal: Portal,
    private readonly accounts: AccountStore,
    private readonly destinations: Destinations,
    private readonly limits: RateLimits,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Post('v1/accounts/:accountId/portal-links')
  @HttpCode(201)
  @RequireScope('keys:write')
  async createLink(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const link = await this.portal.createLink(accountId, body, principal);
    if (link.status === 'invalid') throw invalid(link.problems);
    if (link.status === 'unknown_account') throw notFound('account');
    if (link.status === 'nothing_to_hold') {
      const detail = `A link holds what your key holds. Your key would need one of ${pageScopes.join(', ')} for this.`;
      throw new ProblemException(problemDocument('forbidden', detail));
    }
    return portalLinkOnTheWire(this.configuration.publicUrl, link);
  }

  /** Ends every session and unused link of an account. */
  @Delete('v1/accounts/:accountId/portal-sessions')
  @HttpCode(200)
  @RequireScope('keys:write')
  async endAll(
    @Param('accountId', AccountIdPipe) accountId: number,
    @CurrentPrincipal() principal: Principal,
  ) {
    return { ended: await this.portal.endAll(accountId, principal) };
  }

  /** Opens the page by a link: once. The session goes into a cookie, and the secret out of the address bar. */
  @Get('portal/:secret')
  @Public()
  async open(@Param('secret') secret: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const opened = /^[0-9a-f]{64}$/.test(secret) ? await this.portal.open(secret) : null;
    const { publicUrl } = this.configuration;
    void reply.headers({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    if (opened === null) {
      await this.limits.countRefusal(request.client);
      return reply.redirect('/?link=used', 303);
    }
    return reply
      .header('Set-Cookie', keepSession(opened.secret, publicUrl))
      .redirect(pageAddress(opened.goesTo, opened.session.accountId), 303);
  }

  /** Who is signed in; 401, with where to get a new link, where nobody is. */
  @Get('v1/session')
  @Public()
  async find(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const secret = sessionOf(request);
    const session = secret === null ? null : await this.portal.find(secret);
    const account = session === null ? null : await this.accounts.find(session.accountId);
    const { portalRefreshUrl, sites } = this.configuration;
    if (session === null || account === null) {
      if (secret !== null) await this.limits.countRefusal(request.client);
      const document = problemDocument('unauthorized', 'There is no session, or it is over.');
      sendProblem(reply, { ...document, refresh_url: portalRefreshUrl });
      return;
    }
    const allowed = this.destinations.for(session.accountId);
    await reply.header('Cache-Control', 'no-store').send({
      account_id: account.accountId,
      account_name: account.accountName,
      expires_at: session.expiresAt,
      scopes: [...principalOf(session).scopes],
      platform: { admin_url: sites.admin, api_url: sites.api },
      // The page judges a URL while it is typed, by the same rule as the server does on save.
      allowed_destinations: {
        hosts: [...allowed.hosts],
        cidrs: allowed.cidrs,
        endpoints: allowed.endpoints,
      },
    });
  }

  /** Signs out. */
  @Delete('v1/session')
  @HttpCode(204)
  @RequireScope(...pageScopes)
  async end(
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    if (principal.kind === 'session') await this.portal.end(principal);
    void reply.header('Set-Cookie', forgetSession(this.configuration.publicUrl));
  }
}
