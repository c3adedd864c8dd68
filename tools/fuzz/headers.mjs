/** Headers of a request: those that the API reads, with something odd in them now and then. */
import fc from 'fast-check';
import { hostileTexts } from './hostile-values.mjs';
import { rarely } from './rarely.mjs';

const contentTypes = rarely(
  fc.constantFrom(
    ...['application/json; charset=utf-8', 'application/json; charset=utf-16', 'APPLICATION/JSON', '*/*'],
    ...['text/plain', 'application/xml', 'multipart/form-data', 'application/x-www-form-urlencoded', 'json'],
    ...['application/json, text/plain', 'application/__proto__', 'application/merge-patch+json', ''],
    ...['application/json;'.repeat(50), undefined],
  ),
  'application/json',
);

/** Printable ASCII, which a header may hold. */
const headerText = (texts) =>
  texts.map((text) =>
    text
      .replace(/[^\x20-\x7e]/g, '?')
      .slice(0, 9_000)
      .trim(),
  );

const entityTags = fc.oneof(hostileTexts, fc.constantFrom('*', '"1"', 'W/"1"', '"1", "2"'));

/** Headers by name; undefined for one that is not sent. `key` is an API key that may do everything. */
export function headers(key) {
  return fc.record(
    {
      authorization: fc.oneof(
        { weight: 30, arbitrary: fc.constant(`Bearer ${key}`) },
        { weight: 1, arbitrary: headerText(hostileTexts) },
        { weight: 1, arbitrary: headerText(hostileTexts).map((text) => `Bearer ${text}`) },
      ),
      'content-type': contentTypes,
      'idempotency-key': rarely(headerText(hostileTexts), undefined),
      'if-match': rarely(headerText(entityTags), undefined),
      cookie: rarely(
        headerText(hostileTexts).map((text) => `belfry_session_42=${text}`),
        undefined,
      ),
      'x-huge': rarely(
        fc.constantFrom(1_000, 9_000, 20_000).map((size) => 'h'.repeat(size)),
        undefined,
      ),
      range: rarely(fc.constantFrom('bytes=0-', 'bytes=9-1', 'bytes=-1', 'lines=1'), undefined),
      'content-encoding': rarely(fc.constantFrom('gzip', 'br', 'identity'), undefined),
      expect: rarely(fc.constantFrom('100-continue', '100-continue', 'nothing'), undefined),
      'x-http-method-override': rarely(fc.constant('DELETE'), undefined),
      'x-request-id': rarely(headerText(hostileTexts), undefined),
      traceparent: rarely(headerText(hostileTexts), undefined),
    },
    { requiredKeys: ['authorization', 'content-type'] },
  );
}
