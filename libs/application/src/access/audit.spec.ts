import type { Principal } from './principal.js';
import { auditEntry } from './audit.js';

const admin: Principal = { kind: 'session', id: 'session-1', accountId: 42, scopes: new Set() };

describe('an audit entry', () => {
  it('names who did what, and each value that differs, by its pointer', () => {
    const before = {
      webhook_url: null,
      events: { run_failed: { send_webhook: false, email_subscribers: ['a@x.com'] } },
    };
    const after = {
      webhook_url: null,
      events: { run_failed: { send_webhook: true, email_subscribers: ['b@x.com'] } },
    };
    expect(auditEntry(admin, 'settings.changed', before, after)).toEqual({
      entryId: expect.any(String),
      actor: { kind: 'session', id: 'session-1' },
      action: 'settings.changed',
      changes: [
        { pointer: '/events/run_failed/send_webhook', before: false, after: true },
        { pointer: '/events/run_failed/email_subscribers', before: ['a@x.com'], after: ['b@x.com'] },
      ],
    });
  });

  it('masks the query of a webhook URL, and still shows that it was changed', () => {
    const entry = auditEntry(
      admin,
      'settings.changed',
      { webhook_url: 'https://hooks.example.com/in?token=one' },
      { webhook_url: 'https://hooks.example.com/in?token=two' },
    );
    const masked = 'https://hooks.example.com/in?***';
    expect(entry.changes).toEqual([{ pointer: '/webhook_url', before: masked, after: masked }]);
  });

  it('of something new shows its values field by field', () => {
    const { changes } = auditEntry(admin, 'account.created', null, {
      account_name: 'Acme',
      primary_contact: { email: 'a@x.com' },
    });
    expect(changes).toEqual([
      { pointer: '/account_name', before: null, after: 'Acme' },
      { pointer: '/primary_contact/email', before: null, after: 'a@x.com' },
    ]);
  });
});
