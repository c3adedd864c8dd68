import { attemptText } from './delivery-text.js';

const attempt = {
  attempt_id: '019ab4e2-7c1d-7a53-9f0e-2b6d8c4e1f00',
  started_at: '2026-11-24T12:00:00.000Z',
  duration_ms: 12,
  outcome: 'failed' as const,
  reason: 'connection' as const,
  request: { headers: { To: 'ops@example.com' }, body: 'Run 901 failed' },
  response: null,
};

it('an attempt that got no answer says what happened, in words', () => {
  const detail = "The mail server can't be used right now: nothing listens on its port.";
  expect(attemptText({ ...attempt, detail }, 0)).toContain(`No response\n  ${detail}`);
});

it('an attempt about which nothing more is known says that there was no response', () => {
  expect(attemptText({ ...attempt, detail: null }, 0)).toMatch(/No response$/);
});
