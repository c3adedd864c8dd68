/**
 * Requests of strangers with bodies that cost whoever reads them: deep, wide, long, or never ending. They are answered by
 * their head alone: the run counts what the API reads of their bodies, which is nothing.
 */
import fc from 'fast-check';
import { otherPaths, pathsOf } from './addresses.mjs';

const kilobytes64 = 64 * 1024;
const megabytes4 = 4 * 1024 * 1024;

/** Pieces of JSON that go on for ever, and what is done with them when they are repeated and cut. */
const repeated = fc.constantFrom(
  '[',
  '{"a":',
  '[{"a":',
  '1,',
  '"a":1,',
  '{"x":[',
  ' ',
  '"',
  '\\',
  '9',
  '\u{1f600}',
  '[[],',
);
const sizes = fc.constantFrom(1, 1_000, kilobytes64, kilobytes64 + 1, 300_000, megabytes4, megabytes4 + 1);

const bodies = fc.tuple(repeated, sizes).map(([text, size]) => {
  const piece = Buffer.from(text);
  return Buffer.alloc(size, piece);
});

/** Keys, sessions and headers of somebody who is not known. */
const headersOfStrangers = fc.record({
  authorization: fc.constantFrom(
    ...[
      undefined,
      undefined,
      'Bearer',
      'Bearer x',
      `Bearer belfry_${'0'.repeat(64)}`,
      `Bearer belfry_${'f'.repeat(64)}`,
    ],
  ),
  cookie: fc.constantFrom(undefined, undefined, `belfry_session_42=${'0'.repeat(64)}`, 'belfry_session_42=x'),
  'content-type': fc.constantFrom('application/json', 'application/json', 'text/plain', undefined),
  'content-encoding': fc.constantFrom(undefined, undefined, undefined, 'gzip'),
  expect: fc.constantFrom(undefined, undefined, undefined, '100-continue'),
});

/** How the body comes: as it is announced, in chunks, or never to its end. */
const framing = fc.constantFrom('right', 'chunked', 'stalled', 'stalled in a chunk');

/** Arbitrary requests of strangers, by the API's description. */
export function strangersOf(document, known) {
  const places = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })),
  );
  const described = fc
    .constantFrom(...places)
    .chain(({ path, method }) => pathsOf(path, known).map((filled) => ({ path: filled, method })));
  const others = fc.record({
    path: otherPaths,
    method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  });
  return fc
    .record({
      place: fc.oneof({ weight: 4, arbitrary: described }, { weight: 1, arbitrary: others }),
      headers: headersOfStrangers,
      body: bodies,
      framing,
    })
    .map(({ place, ...rest }) => ({ ...place, ...rest, query: '' }));
}

/**
 * What is wrong with the answer to a stranger; null for nothing. There must be one, whether the body comes or not, and it
 * is a refusal, or what is open to everybody.
 * @param {{ path: string }} request
 * @param {import('./wire.mjs').WireAnswer} answer
 */
export function faultOfStranger({ path }, { status, ended }) {
  if (status === null) return `a stranger got no answer: ${ended}`;
  if (status >= 500) return `a stranger was answered ${status}`;
  const isOpen = !path.startsWith('/v1/');
  return status >= 400 || isOpen ? null : `a stranger was answered ${status}`;
}
