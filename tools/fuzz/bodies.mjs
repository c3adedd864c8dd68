/** Bodies: as described, with something wrong in them, or no body of this operation at all. */
import fc from 'fast-check';
import { hostileLiterals, hostileNames, hostileValues } from './hostile-values.mjs';

/** Stands in a value for a text that is put into the JSON as it is. */
const placeMark = '\u{f0000}place\u{f0000}';

/** Bytes of bodies for an operation; `described` are values as its schema asks for. */
export function bodies(described) {
  const json = described.map((value) => Buffer.from(JSON.stringify(value)));
  return fc.oneof(
    { weight: 5, arbitrary: json },
    { weight: 6, arbitrary: changed(described).map((value) => Buffer.from(JSON.stringify(value))) },
    { weight: 4, arbitrary: withLiteral(described) },
    { weight: 3, arbitrary: damaged(json) },
    { weight: 1, arbitrary: hostileValues.map((value) => Buffer.from(JSON.stringify(value))) },
    { weight: 1, arbitrary: hostileLiterals.map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: deepOrWide },
    { weight: 1, arbitrary: fc.constantFrom(0, 65_536, 70_000).map((size) => Buffer.alloc(size, ' ')) },
  );
}

/** More levels or values than a body may have, and just as many as it may. */
const deepOrWide = fc
  .tuple(fc.constantFrom('[', '{"a":', '1,', '{},'), fc.constantFrom(31, 32, 33, 2_000, 2_001, 10_000))
  .map(([text, times]) => Buffer.from(`[${text.repeat(times)}`));

/** One to three places of a value replaced, taken away, or joined by another. */
function changed(described) {
  const change = fc.record({
    at: fc.nat(),
    what: fc.constantFrom('replace', 'replace', 'remove', 'add'),
    name: hostileNames,
    value: hostileValues,
  });
  return fc
    .tuple(described, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) => changes.reduce(applyChange, structuredClone(value)));
}

function applyChange(value, { at, what, name, value: made }) {
  // A copy: a later change may reach into it.
  const hostile = structuredClone(made);
  const places = placesOf(value);
  if (places.length === 0) return hostile;
  const { holder, key } = places[at % places.length];
  if (what === 'remove' && !Array.isArray(holder)) delete holder[key];
  else if (what === 'add' && !Array.isArray(holder)) define(holder, name, hostile);
  else if (what === 'add') holder.push(hostile);
  else holder[key] = hostile;
  return value;
}

/** Every field and element in a value, however deep. */
function placesOf(value) {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [{ holder: value, key }, ...placesOf(value[key])]);
}

/** Sets an own property even where its name is `__proto__`. */
function define(holder, name, value) {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

/** A JSON text put where a value stood, or as a second value of a field. */
function withLiteral(described) {
  return fc
    .tuple(described, fc.nat(), hostileLiterals, fc.boolean())
    .map(([original, at, literal, doubled]) => {
      const value = structuredClone(original);
      const places = placesOf(value);
      if (places.length === 0) return Buffer.from(literal);
      const { holder, key } = places[at % places.length];
      const before = JSON.stringify(holder[key]);
      holder[key] = placeMark;
      const twice = doubled && !Array.isArray(holder);
      const text = twice ? `${before},${JSON.stringify(key)}:${literal}` : literal;
      return Buffer.from(JSON.stringify(value).replace(JSON.stringify(placeMark), () => text));
    });
}

/**
 * A text with bytes cut off, put in or changed: mostly no UTF-8 and no JSON any more.
 * @param {fc.Arbitrary<Buffer>} json
 */
function damaged(json) {
  const damage = fc.tuple(
    fc.nat(),
    fc.constantFrom('cut', 'insert', 'flip', 'prefix'),
    fc.uint8Array({ maxLength: 4 }),
  );
  return fc.tuple(json, damage).map(([bytes, [at, how, inserted]]) => {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    if (how === 'cut') return bytes.subarray(0, place);
    if (how === 'prefix') return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    if (how === 'insert')
      return Buffer.concat([
        bytes.subarray(0, place),
        Buffer.from([0xff, ...inserted]),
        bytes.subarray(place),
      ]);
    const flipped = Buffer.from(bytes);
    if (flipped.length > 0) flipped[place] ^= 0x80;
    return flipped;
  });
}
