/** What one account reads does not hold up another's reads: a few are answered at a time. */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { accountAsked, isRead, Turns } from './turns.js';

/** The admin page asks for a handful of things at once; the database answers each in milliseconds. */
export const readsAtATime = 4;
/** How many more wait for their turn. */
export const readsWaiting = 12;

/** Turns of reads: those of an account, of the platform about an account, and of the platform's own lists. */
@Injectable()
export class ReadTurns extends Turns {
  constructor() {
    super(readsAtATime, readsWaiting);
  }

  protected laneOf(request: FastifyRequest): string | null {
    if (!isRead(request)) return null;
    const { asker, accountId } = accountAsked(request);
    return `${asker} ${accountId}`;
  }
}
