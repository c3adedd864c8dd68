/** How often a caller may ask, in this process. What one spends is its own: another is not slowed by it. */
import { CONFIGURATION, type Configuration } from '@belfry/composition';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { problemDocument, ProblemException } from './problem.js';

/** Counts requests by key or session, and refused ones by address. */
@Injectable()
export class RateLimits {
  private readonly requests: RateLimiterMemory;
  private readonly refusals: RateLimiterMemory;

  constructor(@Inject(CONFIGURATION) { rateLimits }: Configuration) {
    this.requests = new RateLimiterMemory({ points: rateLimits.requestsPerSecond, duration: 1 });
    this.refusals = new RateLimiterMemory({ points: rateLimits.refusalsPerMinute, duration: 60 });
  }

  /** Counts a request of this key or session; ends it with 429 where there were too many in this second. */
  async spend(principalId: string): Promise<void> {
    await this.requests.consume(principalId).catch(tooMany);
  }

  /** Ends a request with 429 where too many from this address were refused in this minute. */
  async requireGoodStanding(address: string): Promise<void> {
    const spent = await this.refusals.get(address);
    if (spent !== null && spent.remainingPoints <= 0) tooMany(spent);
  }

  /** Counts a request that was refused because its key or session is not known. */
  async countRefusal(address: string): Promise<void> {
    await this.refusals.consume(address).catch(tooMany);
  }
}

function tooMany(spent: unknown): never {
  if (!(spent instanceof RateLimiterRes)) throw spent;
  const seconds = Math.max(1, Math.ceil(spent.msBeforeNext / 1000));
  throw new ProblemException(
    problemDocument('rate-limited', `Too many requests: come back in ${seconds} s.`),
    {
      'Retry-After': String(seconds),
    },
  );
}
