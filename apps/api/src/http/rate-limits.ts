/** How often a caller may ask, in this process. What one spends is its own: another is not slowed by it. */
import type { Principal } from '@belfry/application';
import { accessConfig } from '@belfry/configuration';
import { clientBlock } from '@belfry/domain';
import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { problemDocument } from '@belfry/contract';
import { ProblemException } from './problem.js';

/** Counts requests by key or session and by account, and refused ones by the client's address. */
@Injectable()
export class RateLimits {
  private readonly requests: RateLimiterMemory;
  private readonly accounts: RateLimiterMemory;
  private readonly refusals: RateLimiterMemory;

  constructor(@Inject(accessConfig.KEY) access: ConfigType<typeof accessConfig>) {
    this.requests = new RateLimiterMemory({ points: access.requestsPerSecond, duration: 1 });
    this.accounts = new RateLimiterMemory({ points: access.accountRequestsPerSecond, duration: 1 });
    this.refusals = new RateLimiterMemory({ points: access.refusalsPerMinute, duration: 60 });
  }

  /**
   * Counts a request of this key or session, and of its account where it has one; ends it with 429 where there were too
   * many in this second. A key of the platform counts to no account.
   */
  async spend({ id, accountId }: Principal): Promise<void> {
    await this.requests.consume(id).catch(tooMany('requests with this key or session'));
    if (accountId !== null)
      await this.accounts.consume(accountId).catch(tooMany('requests for this account'));
  }

  /**
   * Counts a request that was refused because its key, session or link is not known; ends it with 429 where too many of
   * this address were refused in this minute. Who comes with a good one is not asked for the standing of an address,
   * which many may share.
   */
  async countRefusal(client: string): Promise<void> {
    await this.refusals.consume(clientBlock(client)).catch(tooMany('refused requests from this address'));
  }
}

function tooMany(what: string): (spent: unknown) => never {
  return (spent) => {
    if (!(spent instanceof RateLimiterRes)) throw spent;
    const seconds = Math.max(1, Math.ceil(spent.msBeforeNext / 1000));
    const detail = `Too many ${what}. Try again in ${seconds} s.`;
    throw new ProblemException(problemDocument('rate-limited', detail), { 'Retry-After': String(seconds) });
  };
}
