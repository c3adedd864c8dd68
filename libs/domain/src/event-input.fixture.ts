import fc from 'fast-check';
import type { EventType } from './event-types.js';

const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const name = (longest: number) =>
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: longest })
    .map((text) => text.replace(/\p{Cc}/gu, 'x'))
    .filter((text) => text.trim() !== '');
const link = fc.oneof(fc.webUrl(), fc.constantFrom('https://a.example/ü?{q}', 'HTTP://LOCALHOST:3000/|'));
const timestamp = fc
  .date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9998-12-30T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().replace('Z', '+05:30'));

/** Anything that a publisher may send of this event type. */
export function inputOf(type: EventType) {
  const optional = Object.keys(type.fields).filter((field) => type.fields[field]!.link !== undefined);
  const required = Object.keys(type.fields).filter((field) => !optional.includes(field));
  const values = Object.entries(type.fields).map(([field, { link: isLink }]) => {
    if (isLink !== undefined) return [field, link] as const;
    return [field, field.endsWith('_id') ? id : name(field === 'run_status' ? 64 : 255)] as const;
  });
  return fc.record(
    {
      event_type: fc.constant(type.key),
      environment: fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/),
      account_id: id,
      timestamp,
      data: fc.record(Object.fromEntries<fc.Arbitrary<string | number>>(values), { requiredKeys: required }),
    },
    { requiredKeys: ['event_type', 'environment', 'account_id', 'data'] },
  );
}
