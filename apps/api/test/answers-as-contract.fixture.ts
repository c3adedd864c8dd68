import { ProblemDocument, routes, type Route } from '@belfry/contract';
import type { Answer } from '@belfry/kit/rest-client';

const patterns = Object.values<Route>(routes).map((entry) => ({
  entry,
  pattern: new RegExp(`^${entry.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
}));

/**
 * Expects an answer to be as the contract has it: a status that its route names, every field of the schema, and no other.
 * Called for every answer that a test sees; of what is no route of the contract it knows nothing.
 */
export function expectAsContract(method: string, url: string, { status, headers, body }: Answer): void {
  const [path = ''] = url.split('?');
  const found = patterns.find(
    ({ entry, pattern }) => entry.method === method.toLowerCase() && pattern.test(path),
  );
  if (found === undefined) return;
  const what = `${method} ${path} ${status}`;
  if (headers.get('content-type')?.startsWith('application/problem+json')) {
    expect([what, ProblemDocument.safeParse(body).error]).toEqual([what, undefined]);
    return;
  }
  const answer = found.entry.answers[status];
  expect([what, answer === undefined ? 'is not in the contract' : 'is']).toEqual([what, 'is']);
  if (answer === null || answer === undefined || 'mediaType' in answer) return;
  const read = answer.safeParse(body);
  expect([what, read.error]).toEqual([what, undefined]);
  // A schema leaves out what it does not name.
  expect([what, read.data]).toEqual([what, body]);
}
