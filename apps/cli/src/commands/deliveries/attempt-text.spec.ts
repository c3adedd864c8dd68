import { attemptText } from './attempt-text.js';

const attempt = {
  attemptId: '019ab4e2-7c1d-7a53-9f0e-2b6d8c4e1f00',
  startedAt: new Date('2026-11-24T12:00:00Z'),
  durationMs: 12,
  outcome: 'failed' as const,
  reason: 'connection' as const,
  request: { headers: { To: 'ops@example.com' }, body: 'Run 901 failed' },
  response: null,
};

it('an attempt that got no answer says what happened, in words', () => {
  const detail = "The mail server can't be used now: nothing listens on its port.";
  expect(attemptText({ ...attempt, detail }, 0)).toContain(`nothing came back\n  ${detail}`);
});

it('an attempt of which nothing more is known says that nothing came back', () => {
  expect(attemptText({ ...attempt, detail: null }, 0)).toMatch(/nothing came back$/);
});
