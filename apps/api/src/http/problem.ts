import type { UsedUp } from '@belfry/application';
import type { Problem } from '@belfry/domain';
import { HttpException } from '@nestjs/common';

/** A problem document, RFC 9457. */
export interface ProblemDocument {
  /** A path under `/problems/`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly Problem[];
  /** An extension of 401: where to get a new session; null where the platform names no place. */
  readonly refresh_url?: string | null;
  /** An extension of 401 and of `other-session`: the accounts that this browser is signed in for. */
  readonly other_sessions?: readonly { readonly account_id: number; readonly account_name: string }[];
  /** An extension of 401, in development alone: the command that makes a link. */
  readonly portal_link_command?: string;
  /** An extension of `other-session`: the account that the link is for. */
  readonly account_id?: number;
  readonly account_name?: string;
}

/** The kinds of problem that the API answers, by the last part of their type. */
const kinds = {
  validation: [400, 'The request is not valid'],
  'bad-request': [400, 'The request is not valid'],
  unauthorized: [401, 'No valid API key'],
  'doubled-session': [401, 'Two sessions for one account'],
  forbidden: [403, 'Not allowed'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  'idempotency-conflict': [409, 'Idempotency-Key used with another body'],
  'delivery-under-way': [409, 'The delivery is under way'],
  'not-a-recipient': [409, 'No longer a recipient'],
  'no-endpoint': [409, 'The account has no endpoint'],
  'other-session': [409, 'Signed in for another account'],
  'recipient-erased': [409, 'The recipient was erased'],
  'primary-contact': [409, 'The primary contact is needed'],
  'being-erased': [409, 'The account is being erased'],
  'version-mismatch': [412, 'Changed since it was read'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'Unsupported media type'],
  'rate-limited': [429, 'Too many requests'],
  'internal-error': [500, 'Something went wrong here'],
  busy: [503, 'Too busy right now'],
  'storage-unavailable': [503, 'The database is not available right now'],
} as const satisfies Record<string, readonly [number, string]>;

/** The kind of a problem. */
export type ProblemKind = keyof typeof kinds;

/** Every kind with its status and title, for the API description. */
export const problemKinds: Readonly<Record<ProblemKind, readonly [number, string]>> = kinds;

/** Makes a problem document. */
export function problemDocument(
  kind: ProblemKind,
  detail: string,
  errors?: readonly Problem[],
): ProblemDocument {
  const [status, title] = kinds[kind];
  return { type: `/problems/${kind}`, title, status, detail, ...(errors === undefined ? {} : { errors }) };
}

/** Ends a request with a problem document. */
export class ProblemException extends HttpException {
  constructor(
    readonly document: ProblemDocument,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(document, document.status);
  }
}

/** Refuses a request for what is wrong with its body, its query or its path. */
export function invalid(errors: readonly Problem[]): ProblemException {
  return new ProblemException(invalidDocument(errors));
}

/** The problem document of a body that is not valid. */
export function invalidDocument(errors: readonly Problem[]): ProblemDocument {
  const [first] = errors;
  const detail =
    first === undefined ? 'The request is not valid.' : `${first.pointer || 'The body'} ${first.message}.`;
  return problemDocument(
    'validation',
    errors.length > 1 ? `${detail} There are more problems: see errors.` : detail,
    errors,
  );
}

/** Says that something does not exist, or belongs to somebody else: the answer is the same. */
export function notFound(what: string): ProblemException {
  return new ProblemException(problemDocument('not-found', `There is no such ${what}.`));
}

/** Says that the account has no endpoint to send to. */
export function noEndpoint(): ProblemException {
  const detail = 'The account has no webhook URL: set one in its notification settings first.';
  return new ProblemException(problemDocument('no-endpoint', detail));
}

/** Refuses a request for what its account has used up; `what` is a sentence without its end. */
export function usedUp(what: string, { retryAfterSeconds }: UsedUp): ProblemException {
  const minutes = Math.ceil(retryAfterSeconds / 60);
  const when = retryAfterSeconds < 120 ? `${retryAfterSeconds} s` : `${minutes} minutes`;
  return new ProblemException(problemDocument('rate-limited', `${what}. Try again in ${when}.`), {
    'Retry-After': String(retryAfterSeconds),
  });
}
