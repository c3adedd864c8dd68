/** Problem documents, RFC 9457: the kinds there are, and what is said of each. */
import type { Problem } from '@belfry/domain';
import { z } from 'zod';
import { replyStatus } from './fields.js';

/** The kinds of problem that the API answers, by the last part of their type: their status and title. */
export const problemKinds = {
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
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** A kind of problem. */
export type ProblemKind = keyof typeof problemKinds;

const ProblemError = z
  .object({
    pointer: z.string().meta({
      description: 'An RFC 6901 pointer into the request body, or `/` and the name of a query parameter.',
    }),
    message: z.string(),
  })
  .meta({ id: 'ProblemError' });

/** What the API answers a request that it refuses. */
export const ProblemDocument = z
  .object({
    type: z.string().meta({ description: 'A path under /problems/.' }),
    title: z.string(),
    status: replyStatus,
    detail: z.string(),
    errors: z.array(ProblemError).optional(),
  })
  .meta({ id: 'Problem', description: 'What is wrong, as RFC 9457 has it.' });
export type ProblemDocument = z.infer<typeof ProblemDocument>;

/** A problem document of one kind. */
export type ProblemOf<Kind extends ProblemKind> = ProblemDocument & {
  status: (typeof problemKinds)[Kind][0];
};

/** Makes a problem document. */
export function problemDocument<const Kind extends ProblemKind>(
  kind: Kind,
  detail: string,
  errors?: readonly Problem[],
): ProblemOf<Kind> {
  const [status, title] = problemKinds[kind];
  return {
    type: `/problems/${kind}`,
    title,
    status,
    detail,
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
}

/** The problem document of a request whose body, query or path is not valid. */
export function invalidDocument(errors: readonly Problem[]): ProblemOf<'validation'> {
  const [first] = errors;
  const detail =
    first === undefined ? 'The request is not valid.' : `${first.pointer || 'The body'} ${first.message}.`;
  return problemDocument(
    'validation',
    errors.length > 1 ? `${detail} There are more problems: see errors.` : detail,
    errors,
  );
}

/** The problem document of something that does not exist, or belongs to somebody else: the answer is the same. */
export function notFoundDocument(what: string): ProblemDocument {
  return problemDocument('not-found', `There is no such ${what}.`);
}
