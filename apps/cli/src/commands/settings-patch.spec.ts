import { WrongUse } from '../failure.js';
import { settingsPatch } from './settings.js';

test('the patch holds only what is named', () => {
  expect(settingsPatch({ clearWebhookUrl: true })).toEqual({ webhook_url: null });
  expect(
    settingsPatch({
      webhookUrl: 'https://hooks.example.com/in',
      on: ['run_failed'],
      off: ['tenant_created'],
      subscribers: { run_failed: 'ops@example.com', tenant_archived: '' },
    }),
  ).toEqual({
    webhook_url: 'https://hooks.example.com/in',
    events: {
      run_failed: { send_webhook: true, email_subscribers: 'ops@example.com' },
      tenant_created: { send_webhook: false },
      tenant_archived: { email_subscribers: '' },
    },
  });
});

test.each<[string, Parameters<typeof settingsPatch>[0]]>([
  ['nothing at all', {}],
  ['a URL, and to clear it', { webhookUrl: 'https://hooks.example.com/in', clearWebhookUrl: true }],
  ['an event type on and off', { on: ['run_failed'], off: ['run_failed'] }],
])('%s is wrong use', (_what, options) => {
  expect(() => settingsPatch(options)).toThrow(WrongUse);
});
