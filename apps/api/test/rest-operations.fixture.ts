import type { RestClient } from '@belfry/kit/rest-client';

/** One operation, as the API's own description has it. */
export interface DescribedOperation {
  readonly method: string;
  /** With names in braces. */
  readonly path: string;
  /** Any one of these is enough; none: open to everybody. */
  readonly scopes: readonly string[];
  /** Where the schema of the request's body is; undefined where none is needed. */
  readonly body: string | undefined;
  /** By status, the media type of the body and where its schema is; undefined where there is no body. */
  readonly answers: Readonly<
    Record<string, { readonly type: string; readonly schema: string | undefined } | undefined>
  >;
}

/** Reads the operations from /openapi.json. */
export async function describedOperations(server: RestClient): Promise<DescribedOperation[]> {
  const { body } = await server.get('/openapi.json', { authorization: undefined });
  const paths = Object.entries(body.paths as Record<string, Record<string, OpenApiOperation>>);
  return paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      scopes: [...(operation.description ?? '').matchAll(/`([a-z]+:[a-z]+)`/g)].map(([, scope]) => scope!),
      body: operation.requestBody?.content['application/json']!.schema.$ref,
      answers: Object.fromEntries(
        Object.entries(operation.responses).map(([status, { content = {} }]) => [
          status,
          Object.entries(content).map(([type, { schema }]) => ({ type, schema: schema.$ref }))[0],
        ]),
      ),
    })),
  );
}

type Content = Record<string, { readonly schema: { readonly $ref?: string } }>;

interface OpenApiOperation {
  readonly description?: string;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Record<string, { readonly content?: Content }>;
}

/** The account that an operation is tried on: one that erases it has one of its own, which does not exist. */
export function accountFor({ method, path }: DescribedOperation): number {
  return method === 'DELETE' && path.endsWith('/{account_id}') ? 44 : 42;
}

/** The path with ids in it: of this account, and otherwise ones that nothing has. */
export function fillPath(path: string, accountId: number): string {
  return path
    .replace('{account_id}', String(accountId))
    .replaceAll(/\{\w+\}/g, '0193a1b2-0000-7000-8000-000000000001');
}
