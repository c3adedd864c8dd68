/** Serves the routes of the contract: an entry says where a route is, who may call it, what it is given and what it answers. */
import type { Principal } from '@belfry/application';
import {
  parameterNames,
  pathParameters,
  problemDocument,
  requestHeaders,
  type AnswerOf,
  type BodyOf,
  type HeaderName,
  type ParametersOf,
  type QueryOf,
  type Route,
} from '@belfry/contract';
import { parseWith } from '@belfry/domain';
import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  RequestMapping,
  RequestMethod,
  type ExecutionContext,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { invalid, notFound, ProblemException } from './problem.js';

/** What a request to a route holds, checked by its entry. */
export interface Asked<Entry extends Route> {
  readonly params: ParametersOf<Entry>;
  readonly query: QueryOf<Entry>;
  readonly headers: Readonly<Partial<Record<HeaderName, string>>>;
  readonly body: BodyOf<Entry>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Reads what a request to this route of the contract holds. Throws its problem. */
    read?: (request: FastifyRequest) => unknown;
  }
}

/**
 * A handler of a route: what it takes first (what was asked; or who asks, the request or the reply alone), and what it answers. One
 * that sends its answer itself returns nothing.
 */
type Handler<Entry extends Route> = (
  asked: Asked<Entry> & Principal & FastifyRequest & FastifyReply,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what else Nest is to hand it, its own decorators say
  ...others: any[]
) => AnswerOf<Entry> | Promise<AnswerOf<Entry>> | Promise<void>;

/** Makes a method the handler of a route. */
export function Serve<Entry extends Route>(entry: Entry) {
  const [status] = Object.keys(entry.answers);
  const method = RequestMethod[entry.method.toUpperCase() as keyof typeof RequestMethod];
  return applyDecorators(
    RequestMapping({
      path: entry.path.replace(/\{(\w+)\}/g, (_all, name: string) => `:${inside(name)}`),
      method,
    }),
    HttpCode(Number(status)),
    RouteConfig({ access: entry.access, read: readerOf(entry) }),
  ) as <Method extends Handler<Entry>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ) => void;
}

/** Hands what a request holds to the handler of its route, as its first parameter. */
export const Input = createParamDecorator((_data: unknown, context: ExecutionContext): unknown => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return request.routeOptions.config.read!(request);
});

/** How a parameter of a path is called in code: Fastify's routes, and so logs and metrics, name it so. */
function inside(name: string): string {
  return name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

function readerOf<Entry extends Route>(entry: Entry): (request: FastifyRequest) => Asked<Entry> {
  const { query, body, headers = [] } = entry;
  const parameters = parameterNames(entry).map((name) => ({
    name,
    inside: inside(name),
    ...pathParameters[name],
  }));
  return (request) => {
    const sent = request.params as Readonly<Record<string, string>>;
    const params = parameters.map(({ name, inside, schema, of }) => {
      const parsed = schema.safeParse(sent[inside]);
      if (!parsed.success) throw notFound(of);
      return [name, parsed.data] as const;
    });
    return {
      params: Object.fromEntries(params),
      query: query && check(query, request.query),
      headers: Object.fromEntries(headers.map((name) => [name, readHeader(name, request)])),
      body: body && check(body, request.body),
    } as Asked<Entry>;
  };
}

/** Reads a value by its schema; what is wrong with it refuses the request, with pointers that name it. */
export function check<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const parsed = parseWith(schema, value);
  if (!parsed.ok) throw invalid(parsed.problems);
  return parsed.value;
}

function readHeader(name: HeaderName, { headers }: FastifyRequest): string | undefined {
  const text = headers[name.toLowerCase()];
  if (text === undefined) return undefined;
  const parsed = parseWith(requestHeaders[name], text);
  if (parsed.ok) return parsed.value;
  throw new ProblemException(
    problemDocument('bad-request', `The header ${name} ${parsed.problems[0]!.message}.`),
  );
}
