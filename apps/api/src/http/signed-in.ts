import { AccountStore, Portal, type PortalSession } from '@belfry/application';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { notFound } from './problem.js';
import { SessionCookies } from './session-cookies.js';

/** An account as somebody is told of it who is signed in for it. */
export interface SignedInAccount {
  readonly account_id: number;
  readonly account_name: string;
}

/** More than a browser is given at once: whoever sends more of them made them up, and each costs a look. */
const mostLookedUp = 32;

/** Knows which accounts a browser is signed in for. */
@Injectable()
export class SignedIn {
  constructor(
    private readonly portal: Portal,
    private readonly accounts: AccountStore,
    private readonly cookies: SessionCookies,
  ) {}

  /** The sessions of a request that have not ended. A cookie that carries another account's session counts for nothing. */
  async sessionsOf(request: FastifyRequest): Promise<readonly PortalSession[]> {
    return this.portal.findAll(this.cookies.sentBy(request).slice(-mostLookedUp));
  }

  /** Their accounts, by name. */
  async accountsOnTheWire(sessions: readonly PortalSession[]): Promise<SignedInAccount[]> {
    return Promise.all(sessions.map(({ accountId }) => this.accountOnTheWire(accountId)));
  }

  /** One account by name. Ends the request where it is gone. */
  async accountOnTheWire(accountId: number): Promise<SignedInAccount> {
    const account = await this.accounts.find(accountId);
    if (account === null) throw notFound('account');
    return { account_id: account.accountId, account_name: account.accountName };
  }
}
