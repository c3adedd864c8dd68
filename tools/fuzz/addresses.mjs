/** Paths and queries: those of the API's description filled in, hostile in a place now and then, and others. */
import fc from 'fast-check';
import { hostileNames, hostileTexts } from './hostile-values.mjs';
import { rarely } from './rarely.mjs';

/** Paths of pages, paths of nothing, and paths that try to lead elsewhere. */
const fixedPaths = [
  ...['/', '/company', '/deliveries', '/docs', '/docs/page.js', '/openapi.json', '/metrics', '/health/ready'],
  ...['/portal/x', `/portal/${'0'.repeat(64)}`, '/assets/', '/assets/..%2f..%2fpackage.json', '/*', '/%00'],
  ...['/v1', '/v1/', '//v1/accounts', '/v1//accounts', '/v1/accounts/', '/V1/ACCOUNTS', '/v1/accounts/42/'],
  ...['/v1/accounts/%', '/%ff', '/v1/accounts/42;x=1', '/v1/accounts/42%2fdeliveries', '/docs/assets/%00'],
  ...['/dev/endpoint', '/dev/mailbox', '/problems/validation', '/.git/config', `/${'a'.repeat(10_000)}`],
];

/** Ids that are none, or not quite. */
const oddIds = fc.constantFrom(
  '9007199254740991',
  '9007199254740993',
  '9'.repeat(200),
  '0',
  '-1',
  '1e3',
  '%31',
);

/** Everything that may stand in a path or query once it is percent-encoded, and some that should not. */
const encoded = (texts) =>
  fc.oneof(
    { weight: 5, arbitrary: texts.map((text) => encodeURIComponent(text.toWellFormed())) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('%', '%E0%A4%A', '%ff', '%00', '..', '.', '%2e%2e%2f', '+', '[]', ';'),
    },
  );

/** Cursors that are made up: base64url of anything, and what is not base64url. */
const cursors = fc.oneof(
  hostileTexts.map((text) => Buffer.from(text).toString('base64url')),
  fc.uuid().map((id) => Buffer.from(id).toString('base64url')),
  fc.maxSafeNat().map((id) => Buffer.from(String(id)).toString('base64url')),
  fc.constantFrom('!', 'MTIzNDU2Nzg5MDEyMzQ1Ng', 'OTk5OTk5OTk5OTk5OTk5OQ', 'MDAwMDA'),
);

const oddParameters = fc
  .tuple(encoded(hostileNames), encoded(hostileTexts), fc.constantFrom('', '[]', '[a]', '[__proto__]'))
  .map(([name, value, suffix]) => `${name}${suffix}=${value}`);

/** Paths that no operation has. */
export const otherPaths = fc.oneof(
  fc.constantFrom(...fixedPaths),
  encoded(hostileTexts).map((text) => `/${text}`),
);

/** Fills the places of a path template; what exists is `accountIds` and `madeIds`. */
export function pathsOf(template, { accountIds, madeIds }) {
  const parts = template.split(/(\{\w+\})/).map((part) => {
    if (!part.startsWith('{')) return fc.constant(part);
    const usual = part === '{account_id}' ? accountIds.map(String) : madeIds;
    return fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...usual) },
      { weight: 1, arbitrary: encoded(hostileTexts) },
      { weight: 1, arbitrary: oddIds },
    );
  });
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

/** Queries of an operation with these parameters: none, one, some, some twice, and some that it does not have. */
export function queriesOf(parameters, values) {
  if (parameters.length === 0) return rarely(oddParameters, '');
  const described = parameters.map(({ name, schema }) =>
    fc.oneof(
      {
        weight: 3,
        arbitrary: values.of(schema, name).map((value) => `${name}=${encodeURIComponent(value)}`),
      },
      { weight: 2, arbitrary: encoded(hostileTexts).map((text) => `${name}=${text}`) },
      ...(name === 'cursor' ? [{ weight: 3, arbitrary: cursors.map((text) => `cursor=${text}`) }] : []),
    ),
  );
  return fc.oneof(
    fc.constant(''),
    fc.oneof(...described),
    fc.array(fc.oneof(...described), { maxLength: 4 }).map((some) => some.join('&')),
    fc.tuple(fc.oneof(...described), oddParameters).map((both) => both.join('&')),
  );
}
