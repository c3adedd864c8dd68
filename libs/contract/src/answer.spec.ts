import { z } from 'zod';
import { answerOf } from './answer.js';
import { time, uuid } from './fields.js';

const at = new Date('2026-11-24T12:00:00.000Z');

it('calls each field as the wire does, and writes times as text', () => {
  const schema = z.object({ key_id: uuid, created_at: time, last_used_at: time.nullable() });
  expect(answerOf(schema, { keyId: 'k', createdAt: at, lastUsedAt: null })).toEqual({
    key_id: 'k',
    created_at: '2026-11-24T12:00:00.000Z',
    last_used_at: null,
  });
});

it('does so within objects and arrays, and leaves out what is not there', () => {
  const hour = z.object({ event_type: z.string(), duration_ms: z.object({ p50: z.number() }).nullable() });
  const schema = z.object({ hours: z.array(hour), passed_over: z.number().optional() });
  const hours = [
    { eventType: 'a', durationMs: { p50: 1 } },
    { eventType: 'b', durationMs: null },
  ];
  expect(answerOf(schema, { hours, passedOver: undefined })).toEqual({
    hours: [
      { event_type: 'a', duration_ms: { p50: 1 } },
      { event_type: 'b', duration_ms: null },
    ],
  });
});

it('leaves the keys and values of a map as they are', () => {
  const schema = z.object({ headers: z.record(z.string(), z.string()), before: z.unknown() });
  const source = { headers: { 'x-requestId': 'a' }, before: { some_key: [{ otherKey: 1 }] } };
  expect(answerOf(schema, source)).toEqual(source);
});

it('shows nothing that its schema does not name', () => {
  const stored = { keyId: 'k', keyHash: 'secret' };
  expect(answerOf(z.object({ key_id: z.string() }), stored)).toEqual({ key_id: 'k' });
});
