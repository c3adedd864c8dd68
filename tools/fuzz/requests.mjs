/**
 * Requests: an operation of the API's description, with something wrong in its path, query, headers or body, or with
 * nothing wrong; and requests for pages and for what does not exist.
 */
import fc from 'fast-check';
import { otherPaths, pathsOf, queriesOf } from './addresses.mjs';
import { bodies } from './bodies.mjs';
import { DescribedValues } from './described-values.mjs';
import { headers } from './headers.mjs';
import { rarely } from './rarely.mjs';

const anyMethod = fc.constantFrom(
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'],
);

/** How a body's length is said. What is not `right` goes over a connection of its own. */
const framing = fc.oneof(
  { weight: 30, arbitrary: fc.constant('right') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['too short', 'too long', 'negative', 'no number', 'twice', 'chunked', 'bad chunk', 'both'],
    ),
  },
);

/**
 * Arbitrary requests.
 * @param {object} document the OpenAPI document
 * @param {{ key: string, endpointUrl: string, accountIds: readonly number[], madeIds: readonly string[] }} known what
 *   exists; `madeIds` are ids of events, deliveries and keys
 */
export function requestsOf(document, known) {
  const values = new DescribedValues(document, known);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const described = operations.map((one) => ({
    // Most of what can go wrong goes wrong in a body.
    weight: one.operation.requestBody === undefined ? 2 : 6,
    arbitrary: ofOperation(one, values, known),
  }));
  return fc.oneof(...described, { weight: 3, arbitrary: ofOtherPath(values, known) }).map(sparing(known));
}

/** An account that nothing else in the run needs, for requests that would erase one that is needed. */
export const spareAccountId = 77;

function sparing(known) {
  const needed = new Set(known.accountIds.map((accountId) => `/v1/accounts/${accountId}`));
  return (request) =>
    request.method === 'DELETE' && needed.has(request.path)
      ? { ...request, path: `/v1/accounts/${spareAccountId}` }
      : request;
}

function ofOperation({ path, method, operation }, values, known) {
  const inQuery = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const content = Object.values(operation.requestBody?.content ?? {})[0];
  return fc.record({
    method: rarely(anyMethod, method),
    path: pathsOf(path, known),
    query: queriesOf(inQuery, values),
    headers: headers(known.key),
    body:
      content === undefined ? rarely(bodies(fc.constant({})), undefined) : bodies(values.of(content.schema)),
    framing,
  });
}

function ofOtherPath(values, known) {
  return fc.record({
    method: rarely(anyMethod, 'GET'),
    path: otherPaths,
    query: queriesOf([], values),
    headers: headers(known.key),
    body: rarely(bodies(fc.constant({})), undefined),
    framing,
  });
}
