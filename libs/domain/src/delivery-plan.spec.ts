import fc from 'fast-check';
import type { Account } from './account.js';
import { planDeliveries } from './delivery-plan.js';
import { untouchedSettings, type NotificationSettings } from './notification-settings.js';

const url = 'https://hooks.example.com/in?token=s3cret';
const account: Account = {
  accountId: 42,
  accountName: 'Initech',
  primaryContact: { name: null, email: 'Jane@example.com' },
};

function settings(
  send_webhook: boolean,
  email_subscribers: readonly string[],
  webhookUrl: string | null = url,
) {
  return {
    accountId: 42,
    webhookUrl,
    events: { run_failed: { send_webhook, email_subscribers } },
  } satisfies NotificationSettings;
}

describe('planDeliveries', () => {
  it('mails the primary contact alone where nothing is set', () => {
    expect(planDeliveries('run_failed', untouchedSettings(42), account)).toEqual([
      { channel: 'email', destination: 'Jane@example.com', recipientRole: 'primary_contact' },
    ]);
  });

  it('sends the webhook, then mails the primary contact, then the subscribers in their order', () => {
    expect(
      planDeliveries('run_failed', settings(true, ['ops@example.com', 'a@example.com']), account),
    ).toEqual([
      { channel: 'webhook', destination: url, recipientRole: null },
      { channel: 'email', destination: 'Jane@example.com', recipientRole: 'primary_contact' },
      { channel: 'email', destination: 'ops@example.com', recipientRole: 'subscriber' },
      { channel: 'email', destination: 'a@example.com', recipientRole: 'subscriber' },
    ]);
  });

  it('goes by the settings of the event type in question alone', () => {
    expect(planDeliveries('tenant_created', settings(true, ['ops@example.com']), account)).toEqual([
      { channel: 'email', destination: 'Jane@example.com', recipientRole: 'primary_contact' },
    ]);
  });

  it('sends no webhook without a toggle, nor without a URL', () => {
    expect(planDeliveries('run_failed', settings(false, []), account)).toHaveLength(1);
    expect(planDeliveries('run_failed', settings(true, [], null), account)).toHaveLength(1);
  });

  it('mails a primary contact who is also a subscriber once, as the primary contact', () => {
    expect(planDeliveries('run_failed', settings(false, ['JANE@example.com']), account)).toEqual([
      { channel: 'email', destination: 'Jane@example.com', recipientRole: 'primary_contact' },
    ]);
  });

  it('never mails one address twice without regard to letter case, always mails the primary contact, and forgets nobody', () => {
    const address = fc
      .tuple(
        fc.constantFrom('ann', 'Ann', 'bob', 'BOB', 'cleo'),
        fc.constantFrom('example.com', 'example.org'),
      )
      .map(([local, domain]) => `${local}@${domain}`);
    fc.assert(
      fc.property(
        fc.array(address),
        address,
        fc.boolean(),
        fc.option(fc.constant(url)),
        (list, contact, toggle, endpoint) => {
          const plan = planDeliveries('run_failed', settings(toggle, list, endpoint), {
            ...account,
            primaryContact: { name: null, email: contact },
          });
          const mailed = plan
            .filter(({ channel }) => channel === 'email')
            .map(({ destination }) => destination.toLowerCase());
          expect(new Set(mailed).size).toBe(mailed.length);
          expect(new Set(mailed)).toEqual(new Set([contact, ...list].map((each) => each.toLowerCase())));
          expect(plan.filter(({ recipientRole }) => recipientRole === 'primary_contact')).toEqual([
            { channel: 'email', destination: contact, recipientRole: 'primary_contact' },
          ]);
          expect(plan.filter(({ channel }) => channel === 'webhook')).toHaveLength(
            toggle && endpoint !== null ? 1 : 0,
          );
        },
      ),
    );
  });
});
