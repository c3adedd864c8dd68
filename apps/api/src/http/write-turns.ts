/**
 * What one account changes does not hold up another's changes, or publishers. Changes of the same row wait for each other
 * in the database anyway; there, each would hold a connection meanwhile, and those of settings begin again and again.
 */
import { Injectable, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { accountAsked, isRead, Turns } from './turns.js';

/** How many changes of one kind of an account are made at a time. */
export const writesAtATime = 1;
/** How many more wait for their turn. */
export const writesWaiting = 15;

/** Turns of changes: those of one kind that an account makes itself. What the platform changes waits for none of them. */
@Injectable()
export class WriteTurns extends Turns {
  constructor() {
    super(writesAtATime, writesWaiting);
  }

  protected laneOf(request: FastifyRequest, context: ExecutionContext): string | null {
    const { asker, accountId } = accountAsked(request);
    if (isRead(request) || asker === 'platform') return null;
    // A redelivery of thousands takes seconds: who saves settings meanwhile does not wait for it.
    return `${context.getClass().name} ${accountId}`;
  }
}
