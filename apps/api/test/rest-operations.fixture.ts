import type { Server } from './server.fixture.js';

/** One operation, as the API's own description has it. */
export interface DescribedOperation {
  readonly method: string;
  /** With names in braces. */
  readonly path: string;
  /** Any one of these is enough; none: open to everybody. */
  readonly scopes: readonly string[];
  /** By status, the media type of the body and where its schema is; undefined where there is no body. */
  readonly answers: Readonly<
    Record<string, { readonly type: string; readonly schema: string | undefined } | undefined>
  >;
}

/** Reads the operations from /openapi.json. */
export async function describedOperations(server: Server): Promise<DescribedOperation[]> {
  const { body } = await server.get('/openapi.json', { authorization: undefined });
  const paths = Object.entries(body.paths as Record<string, Record<string, OpenApiOperation>>);
  return paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      scopes: [...(operation.description ?? '').matchAll(/`([a-z]+:[a-z]+)`/g)].map(([, scope]) => scope!),
      answers: Object.fromEntries(
        Object.entries(operation.responses).map(([status, { content = {} }]) => [
          status,
          Object.entries(content).map(([type, { schema }]) => ({ type, schema: schema.$ref }))[0],
        ]),
      ),
    })),
  );
}

interface OpenApiOperation {
  readonly description?: string;
  readonly responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>;
}

/** The path with ids in it: of this account, and otherwise ones that nothing has. */
export function fillPath(path: string, accountId: number): string {
  return path
    .replace('{account_id}', String(accountId))
    .replaceAll(/\{\w+\}/g, '0193a1b2-0000-7000-8000-000000000001');
}
