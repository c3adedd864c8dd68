/** How many reads of one account are answered at a time, in this process: what one account reads does not hold up another's. */
import { CallHandler, Injectable, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { finalize, type Observable } from 'rxjs';
import { problemDocument, ProblemException } from './problem.js';

/** The admin page asks for a handful of things at once; the database answers each in milliseconds. */
export const readsAtATime = 4;
/** How many more wait for their turn, in the order of their coming. */
export const readsWaiting = 12;

/** Stands for the platform's own lists, which are of no account. */
const platform = 'platform';

interface Turns {
  running: number;
  readonly waiting: (() => void)[];
}

/** Lets a few reads of each account through at a time; of others a few wait, and what is over is answered 429. */
@Injectable()
export class ReadTurns implements NestInterceptor {
  private readonly turns = new Map<string, Turns>();

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.method !== 'GET' && request.method !== 'HEAD') return next.handle();
    const { accountId = platform } = request.params as { accountId?: string };
    await this.take(accountId);
    return next.handle().pipe(finalize(() => this.give(accountId)));
  }

  private async take(key: string): Promise<void> {
    let turns = this.turns.get(key);
    if (turns === undefined) this.turns.set(key, (turns = { running: 0, waiting: [] }));
    if (turns.running < readsAtATime) {
      turns.running += 1;
      return;
    }
    if (turns.waiting.length >= readsWaiting) throw tooManyReads();
    const { waiting } = turns;
    // Whoever ends hands its turn over: the number of those running stays.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  private give(key: string): void {
    const turns = this.turns.get(key)!;
    const next = turns.waiting.shift();
    if (next !== undefined) next();
    else if ((turns.running -= 1) === 0) this.turns.delete(key);
  }
}

function tooManyReads(): ProblemException {
  const detail = `${readsAtATime + readsWaiting} requests for this account are being answered already: come back in 1 s.`;
  return new ProblemException(problemDocument('rate-limited', detail), { 'Retry-After': '1' });
}
