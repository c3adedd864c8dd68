/**
 * A route of the API, all that is known of it in one entry: the Nest route with its guard and its checks, the description
 * of the API, and the types of what is sent and answered are made from it.
 */
import type { Scope } from '@belfry/domain';
import type { z } from 'zod';
import { pathParameters, type HeaderName, type PathParameterName } from './parameters.js';

/** What is answered with one status: a JSON value, something of another media type, or nothing. */
export type RouteAnswer = z.ZodType | { readonly mediaType: string; readonly schema?: z.ZodType } | null;

/** One route. */
export interface Route {
  readonly method: 'get' | 'put' | 'patch' | 'post' | 'delete';
  /** With the names of its parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  /** Who may call it: everybody, or whoever holds one of these scopes. */
  readonly access: 'public' | readonly Scope[];
  /** The request's body. */
  readonly body?: z.ZodType;
  /** Set where the use case checks the body itself: by a rule of the domain that others ask too, or on the hot path. */
  readonly checksBody?: 'inside';
  /** The request's query. */
  readonly query?: z.ZodObject;
  /** The request headers that mean something here. */
  readonly headers?: readonly HeaderName[];
  /** By status. The first is the one that is answered where the route says no other. */
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  /** Statuses of problems that this route may answer, besides those that follow from the rest of the entry. */
  readonly problems?: readonly number[];
}

/** Keeps the exact types of an entry. */
export function route<const Entry extends Route>(entry: Entry): Entry {
  return entry;
}

/** The names of the parameters in a path. */
export type ParametersIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersIn<Rest>
  : never;

/** The parameters of a route's path, checked. */
export type ParametersOf<Entry extends Route> = {
  readonly [Name in ParametersIn<Entry['path']> & PathParameterName]: z.output<
    (typeof pathParameters)[Name]['schema']
  >;
};

/** The body of a request, checked; unknown where the use case does that. */
export type BodyOf<Entry extends Route> = Entry['checksBody'] extends 'inside'
  ? unknown
  : Entry['body'] extends z.ZodType
    ? z.output<Entry['body']>
    : undefined;
/** The body of a request, as a caller sends it. */
export type SentBodyOf<Entry extends Route> = Entry['body'] extends z.ZodType
  ? z.input<Entry['body']>
  : undefined;
/** The query of a request, checked. */
export type QueryOf<Entry extends Route> = Entry['query'] extends z.ZodType
  ? z.output<Entry['query']>
  : undefined;

/** What a route answers where all is well: of several such answers, any. */
export type AnswerOf<Entry extends Route> = {
  [Status in keyof Entry['answers']]: `${Status & number}` extends `2${string}`
    ? Entry['answers'][Status] extends z.ZodType
      ? z.output<Entry['answers'][Status]>
      : Entry['answers'][Status] extends null
        ? undefined
        : string
    : never;
}[keyof Entry['answers']];

/** The names of the parameters in a route's path, in their order. */
export function parameterNames({ path }: Pick<Route, 'path'>): PathParameterName[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    if (!(name! in pathParameters)) throw new Error(`${path} names a parameter that nobody knows`);
    return name as PathParameterName;
  });
}

/** The statuses of all problems that a route may answer, in their order. What is open to everybody is refused to nobody. */
export function problemStatuses(entry: Route): number[] {
  if (entry.access === 'public') return [];
  const { body, query, headers = [], problems = [] } = entry;
  const statuses = new Set([401, 403, 429, 503, ...problems]);
  if (query !== undefined || headers.includes('Idempotency-Key')) statuses.add(400);
  if (body !== undefined) for (const status of [400, 413, 415]) statuses.add(status);
  if (parameterNames(entry).length > 0) statuses.add(404);
  if (headers.includes('If-Match')) statuses.add(412);
  return [...statuses].sort((one, other) => one - other);
}
