import { Portal, type PortalSession } from '@belfry/application';
import { answerOf, SignedInAccount } from '@belfry/contract';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ExistingAccount } from './existing-account.js';
import { SessionCookies } from './session-cookies.js';

/** More than a browser is given at once: whoever sends more of them made them up, and each costs a look. */
const mostLookedUp = 32;

/** Knows which accounts a browser is signed in for. */
@Injectable()
export class SignedIn {
  constructor(
    private readonly portal: Portal,
    private readonly existing: ExistingAccount,
    private readonly cookies: SessionCookies,
  ) {}

  /** The sessions of a request that have not ended. A cookie that carries another account's session counts for nothing. */
  async sessionsOf(request: FastifyRequest): Promise<readonly PortalSession[]> {
    return this.portal.findAll(this.cookies.sentBy(request).slice(-mostLookedUp));
  }

  /** Their accounts, by name. */
  async accountsOf(sessions: readonly PortalSession[]): Promise<SignedInAccount[]> {
    return Promise.all(sessions.map(({ accountId }) => this.nameOf(accountId)));
  }

  /** One account by name. Ends the request where it is gone. */
  async nameOf(accountId: number): Promise<SignedInAccount> {
    return answerOf(SignedInAccount, await this.existing.require(accountId));
  }
}
