import type { UsedUp } from '@belfry/application';
import {
  invalidDocument,
  notFoundDocument,
  problemDocument,
  type NoSession,
  type OtherSession,
  type ProblemDocument,
} from '@belfry/contract';
import type { Problem } from '@belfry/domain';
import { HttpException } from '@nestjs/common';

/** Any problem document of the API. */
export type AnyProblem = ProblemDocument | NoSession | OtherSession;

/** Ends a request with a problem document. */
export class ProblemException extends HttpException {
  constructor(
    readonly document: AnyProblem,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(document, document.status);
  }
}

/** Refuses a request for what is wrong with its body, its query or its path. */
export function invalid(errors: readonly Problem[]): ProblemException {
  return new ProblemException(invalidDocument(errors));
}

/** Says that something does not exist, or belongs to somebody else: the answer is the same. */
export function notFound(what: string): ProblemException {
  return new ProblemException(notFoundDocument(what));
}

/** What was looked for. Ends the request with 404 where there is none. */
export function found<Thing>(what: string, thing: Thing | null): Thing {
  if (thing === null) throw notFound(what);
  return thing;
}

/** Refuses a request for what its account has used up; `what` is a sentence without its end. */
export function usedUp(what: string, { retryAfterSeconds }: UsedUp): ProblemException {
  const minutes = Math.ceil(retryAfterSeconds / 60);
  const when = retryAfterSeconds < 120 ? `${retryAfterSeconds} s` : `${minutes} minutes`;
  return new ProblemException(problemDocument('rate-limited', `${what}. Try again in ${when}.`), {
    'Retry-After': String(retryAfterSeconds),
  });
}
