/**
 * How many requests of one account are answered at a time, in this process, so that what one account asks for holds up
 * neither another's nor what the platform asks for the same account.
 */
import { type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { finalize, type Observable } from 'rxjs';
import { problemDocument } from '@belfry/contract';
import { ProblemException } from './problem.js';

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

/** Lets a few requests of each account through at a time; of others a few wait, and what is over is answered 429. */
export abstract class Turns implements NestInterceptor {
  private readonly lanes = new Map<string, Lane>();

  /** `atATime` are answered at once, and `waiting` more wait for their turn, in the order of their coming. */
  protected constructor(
    private readonly atATime: number,
    private readonly waiting: number,
  ) {}

  /** The name of the lane in which a request waits; null for one that takes no turn. */
  protected abstract laneOf(request: FastifyRequest, context: ExecutionContext): string | null;

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const name = this.laneOf(context.switchToHttp().getRequest<FastifyRequest>(), context);
    if (name === null) return next.handle();
    await this.take(name);
    return next.handle().pipe(finalize(() => this.give(name)));
  }

  private async take(name: string): Promise<void> {
    let lane = this.lanes.get(name);
    if (lane === undefined) this.lanes.set(name, (lane = { running: 0, waiting: [] }));
    if (lane.running < this.atATime) {
      lane.running += 1;
      return;
    }
    if (lane.waiting.length >= this.waiting) throw tooMany(this.atATime + this.waiting);
    const { waiting } = lane;
    // Whoever ends hands its turn over: the number of those running stays.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  private give(name: string): void {
    const lane = this.lanes.get(name)!;
    const next = lane.waiting.shift();
    if (next !== undefined) next();
    else if ((lane.running -= 1) === 0) this.lanes.delete(name);
  }
}

/** Whose a request is, and about which account; one of the platform about no account is about all of them. */
export function accountAsked({ params, principal }: FastifyRequest): {
  readonly asker: 'account' | 'platform';
  readonly accountId: string | null;
} {
  const own = principal?.accountId ?? null;
  const { accountId = own === null ? null : String(own) } = params as { accountId?: string };
  return { asker: own === null ? 'platform' : 'account', accountId };
}

/** Says whether a request only looks. */
export function isRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function tooMany(most: number): ProblemException {
  const detail = `${most} requests for this account are already being answered. Try again in 1 s.`;
  return new ProblemException(problemDocument('rate-limited', detail), { 'Retry-After': '1' });
}
