import { deliveryDetailAnswer, readerOf } from './deliveries.js';

const at = new Date(0);
const delivery = {
  deliveryId: 'd',
  eventId: 'e',
  eventType: 'run_failed',
  environment: 'production',
  channel: 'webhook',
  destination: 'https://db.corp.example/services/T1/abcdefghijklmnop12345678?pin=4711',
  status: 'failed',
  reason: 'blocked_address',
  redeliveryOf: null,
  test: false,
  createdAt: at,
  finishedAt: at,
} as const;
const attempt = {
  attemptId: 'a',
  startedAt: at,
  durationMs: 1,
  outcome: 'failed',
  reason: 'blocked_address',
  request: { headers: {}, body: '' },
  response: {
    status: 404,
    headers: { location: '/services/T1/abcdefghijklmnop12345678' },
    body: 'no abcdefghijklmnop12345678, pin=4711',
  },
} as const;
const shown = (reader: 'platform' | 'account') =>
  deliveryDetailAnswer({ ...delivery, attempts: [attempt] }, reader);

describe('a delivery', () => {
  it('tells readers of an account nothing of internal names, and the platform the truth', () => {
    const reasons = (reader: 'platform' | 'account') => [
      shown(reader).reason,
      shown(reader).attempts[0]?.reason,
    ];
    expect(reasons('platform')).toEqual(['blocked_address', 'blocked_address']);
    expect(reasons('account')).toEqual(['dns', 'dns']);
  });

  it('is read as its account reads it by whoever is bound to one', () => {
    expect([readerOf({ accountId: null }), readerOf({ accountId: 1 })]).toEqual(['platform', 'account']);
  });

  it('shows no secret of its URL: in the path, in the query, or repeated by the endpoint', () => {
    const text = JSON.stringify(shown('platform'));
    expect(text).not.toMatch(/abcdefghijklmnop|4711/);
    expect(shown('platform').destination).toBe('https://db.corp.example/services/T1/***?pin=***');
  });
});
