import { Portal, type Principal } from '@belfry/application';
import { httpConfig, publicPathOf } from '@belfry/configuration';
import { portalLinkAnswer, problemDocument, routes } from '@belfry/contract';
import { pageAddress } from '@belfry/domain';
import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CurrentPrincipal, Public } from '../http/authentication.js';
import { check, Input, Serve, type Asked } from '../http/contract-route.js';
import { notFound, ProblemException } from '../http/problem.js';
import { sendProblem } from '../http/problem.filter.js';
import { RateLimits } from '../http/rate-limits.js';
import { refusalOf } from '../http/refusals.js';
import { isFromThePage, isLedHereByAnother, isLookAhead } from '../http/request-origin.js';
import { SessionCookies } from '../http/session-cookies.js';
import { SignedIn } from '../http/signed-in.js';

/** `continue` is there once somebody was asked whether they want to leave their account for another. */
const enterQuery = z.strictObject({ continue: z.literal('true', { error: 'must be true' }).optional() });

const { createPortalLink, endPortalSessions } = routes;

const linkSecret = /^[0-9a-f]{64}$/;

/** The way of an admin to the page: links, which the platform asks for, and what they open. */
@Controller()
export class PortalController {
  constructor(
    private readonly portal: Portal,
    private readonly limits: RateLimits,
    private readonly signedIn: SignedIn,
    private readonly cookies: SessionCookies,
    @Inject(httpConfig.KEY) private readonly http: ConfigType<typeof httpConfig>,
  ) {}

  @Serve(createPortalLink)
  async createLink(
    @Input() { params: { account_id }, body }: Asked<typeof createPortalLink>,
    @CurrentPrincipal() principal: Principal,
  ) {
    const link = await this.portal.createLink(account_id, body?.to ?? null, principal);
    if (link.status !== 'created') throw refusalOf(link);
    return portalLinkAnswer(this.http.publicUrl, link);
  }

  /** Ends every session and unused link of an account. */
  @Serve(endPortalSessions)
  async endAll(
    @Input() { params: { account_id } }: Asked<typeof endPortalSessions>,
    @CurrentPrincipal() principal: Principal,
  ) {
    return { ended: await this.portal.endAll(account_id, principal) };
  }

  /**
   * Opens the page by a link: once. The session goes into a cookie, and the secret out of the address bar. Where another
   * site led the browser here, the page itself opens the link, for then the browser sends the sessions it has; and nobody
   * is led unasked from one account into another.
   */
  @Get('portal/:secret')
  @Public()
  async open(@Param('secret') secret: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    void reply.headers({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    if (request.method === 'HEAD') return reply.status(200).send();
    if (isLookAhead(request)) {
      const detail =
        'A portal link works only once, so it is not opened in advance. Follow the link to open it.';
      sendProblem(reply, problemDocument('forbidden', detail));
      return reply;
    }
    const isLink = linkSecret.test(secret);
    // What is behind # stays in the browser: no log on the way has it.
    if (isLink && isLedHereByAnother(request)) return reply.redirect(this.at(`/#open=${secret}`), 303);
    const opened = isLink ? await this.portal.open(secret) : null;
    if (opened === null) {
      await this.limits.countRefusal(request.client);
      return reply.redirect(this.at('/?link=used'), 303);
    }
    const { accountId } = opened.session;
    return reply
      .header('Set-Cookie', this.cookies.keep(request, { accountId, secret: opened.secret }))
      .redirect(this.at(pageAddress(opened.goesTo, accountId)), 303);
  }

  /** Opens a link for the page, which asks first where the browser is signed in for another account. */
  @Post('portal/:secret')
  @HttpCode(200)
  @Public()
  async enter(
    @Param('secret') secret: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isFromThePage(request, this.http.publicUrl)) {
      throw new ProblemException(
        problemDocument(
          'forbidden',
          'The request did not come from the admin page. Open the link in a browser.',
        ),
      );
    }
    const { continue: wasAsked } = check(enterQuery, query);
    const link = linkSecret.test(secret) ? await this.portal.findLink(secret) : null;
    if (link === null) {
      await this.limits.countRefusal(request.client);
      throw noSuchLink();
    }
    const sessions = await this.signedIn.sessionsOf(request);
    const others = sessions.filter(({ accountId }) => accountId !== link.accountId);
    if (others.length > 0 && wasAsked === undefined) {
      const [account, other_sessions] = await Promise.all([
        this.signedIn.nameOf(link.accountId),
        this.signedIn.accountsOf(others),
      ]);
      const detail = `You are signed in for another account. Continue as ${account.account_name}?`;
      sendProblem(reply, { ...problemDocument('other-session', detail), ...account, other_sessions });
      return;
    }
    const opened = await this.portal.open(secret);
    if (opened === null) throw noSuchLink();
    const { accountId } = opened.session;
    await reply
      .header('Set-Cookie', this.cookies.keep(request, { accountId, secret: opened.secret }))
      .send({ location: this.at(pageAddress(opened.goesTo, accountId)) });
  }

  /** A path of the page, as browsers reach it. */
  private at(path: string): string {
    return `${publicPathOf(this.http.publicUrl)}${path}`;
  }
}

const noSuchLink = () => notFound('link: it was used, or is more than 5 minutes old');
