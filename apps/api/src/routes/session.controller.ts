import { AccountStore, Portal, type PortalSession, type Principal } from '@belfry/application';
import { platformConfig, portalConfig } from '@belfry/configuration';
import { answerOf, problemDocument, routes, Session } from '@belfry/contract';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DEVELOPMENT, type Development } from '../development.js';
import { CurrentPrincipal } from '../http/authentication.js';
import { Serve } from '../http/contract-route.js';
import { sendProblem } from '../http/problem.filter.js';
import { RateLimits } from '../http/rate-limits.js';
import { SessionCookies } from '../http/session-cookies.js';
import { SignedIn } from '../http/signed-in.js';

const { endSession, getSession } = routes;

/** The session of the admin page. A browser may have several, one for each account: a request says which it means. */
@Controller()
export class SessionController {
  constructor(
    private readonly portal: Portal,
    private readonly accounts: AccountStore,
    private readonly signedIn: SignedIn,
    private readonly cookies: SessionCookies,
    private readonly limits: RateLimits,
    @Inject(platformConfig.KEY) private readonly platform: ConfigType<typeof platformConfig>,
    @Inject(portalConfig.KEY) private readonly page: ConfigType<typeof portalConfig>,
    @Inject(DEVELOPMENT) private readonly development: Development | null,
  ) {}

  /** Who is signed in; 401, with where to get a new link, where nobody is for the account that is asked for. */
  @Serve(getSession)
  async find(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const named = this.cookies.accountNamedBy(request);
    const sessions = await this.signedIn.sessionsOf(request);
    const session = chosen(sessions, named);
    const account = session === undefined ? null : await this.accounts.find(session.accountId);
    void reply.header('Cache-Control', 'no-store');
    if (session === undefined || account === null) {
      // Whoever has a session for another account knows something; who has none may be guessing.
      if (sessions.length === 0 && this.cookies.sentBy(request).length > 0)
        await this.limits.countRefusal(request.client);
      await this.refuse(reply, sessions, named);
      return;
    }
    const { sites } = this.platform;
    await reply.send(
      answerOf(Session, {
        ...session,
        accountName: account.accountName,
        platform: { adminUrl: sites.admin, apiUrl: sites.api },
      }),
    );
  }

  /** Signs out, of one account: the others stay. */
  @Serve(endSession)
  async end(
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    if (principal.kind !== 'session' || principal.accountId === null) return;
    await this.portal.end(principal);
    void reply.header('Set-Cookie', this.cookies.forget(principal.accountId));
  }

  private async refuse(
    reply: FastifyReply,
    sessions: readonly PortalSession[],
    named: number | null,
  ): Promise<void> {
    const detail =
      sessions.length === 0
        ? 'There is no session, or it has ended.'
        : named === null
          ? 'This browser is signed in for several accounts. Name one in the header Belfry-Account.'
          : 'There is no session for this account, or it has ended. This browser is signed in for others.';
    sendProblem(reply, {
      ...problemDocument('unauthorized', detail),
      refresh_url: this.page.refreshUrl,
      other_sessions: await this.signedIn.accountsOf(sessions),
      ...(this.development === null
        ? {}
        : { portal_link_command: `npx belfry portal-link ${named ?? this.development.sampleAccountId}` }),
    });
  }
}

/** The session of the named account, or the only one where none is named. */
function chosen(sessions: readonly PortalSession[], named: number | null): PortalSession | undefined {
  if (named !== null) return sessions.find(({ accountId }) => accountId === named);
  return sessions.length === 1 ? sessions[0] : undefined;
}
