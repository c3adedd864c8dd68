import type { NotificationSettings } from '@belfry/contract';
import { EventCatalogue, eventTypes, publicDestinationsOnly } from '@belfry/domain';
import fc from 'fast-check';
import { byField, changedFields, differences } from '../editing/form.js';
import {
  addressesIn,
  badAddresses,
  changeOf,
  draftOf,
  judge,
  takeAddresses,
  turnedOffWithoutUrl,
  withEvent,
} from './draft.js';
import { settingsForm } from './settings-form.js';

const rules = { catalogue: new EventCatalogue(eventTypes), allowed: publicDestinationsOnly };
const nothing = { send_webhook: false, email_subscribers: [] as string[] };
const settings = (change: Partial<NotificationSettings> = {}): NotificationSettings => ({
  account_id: 1,
  webhook_url: null,
  events: Object.fromEntries(rules.catalogue.keys.map((key) => [key, nothing])),
  updated_at: '2026-11-24T12:00:00.000Z',
  ...change,
});

describe('A draft of notification settings', () => {
  it('changes nothing as long as nothing is edited', () => {
    const saved = settings({ webhook_url: 'https://hooks.example.com/in' });
    expect(changedFields(settingsForm, draftOf(saved), draftOf(saved))).toEqual([]);
    expect(judge(draftOf(saved), 1, rules).size).toBe(0);
  });

  it('keeps good addresses in their normal form and bad ones as they were typed', () => {
    const taken = takeAddresses(
      ['ops@example.com'],
      'OPS@example.com, "Doe, Jane" <jane@Example.COM>,, foo bar',
    );
    expect(taken).toEqual(['ops@example.com', 'jane@example.com', 'foo bar']);
    expect(badAddresses(taken).map(({ text }) => text)).toEqual(['foo bar']);
  });

  it('loses nothing of what is typed, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string().filter((text) => !/[,"()\\]/.test(text))), (entries) => {
        const taken = takeAddresses([], entries.join(',')).map((entry) => entry.toLowerCase());
        for (const entry of entries.filter((text) => text.trim() !== '')) {
          const kept = takeAddresses([], entry)[0]?.toLowerCase();
          expect(taken).toContain(kept);
        }
      }),
    );
  });

  it('takes what still stands in a field along when it is saved', () => {
    const draft = withEvent(draftOf(settings()), 'run_failed', { typed: 'a@example.com' });
    expect(changeOf(draft).events['run_failed']?.email_subscribers).toEqual(['a@example.com']);
    expect(changedFields(settingsForm, draftOf(settings()), draft)).toEqual([
      '/events/run_failed/email_subscribers',
    ]);
  });

  it('names the toggles that clearing the URL turns off, and turns them off', () => {
    const saved = settings({
      webhook_url: 'https://hooks.example.com/in',
      events: { ...settings().events, run_failed: { ...nothing, send_webhook: true } },
    });
    const cleared = { ...draftOf(saved), webhookUrl: ' ' };
    expect(turnedOffWithoutUrl(cleared)).toEqual(['run_failed']);
    expect(changeOf(cleared).events['run_failed']?.send_webhook).toBe(false);
    expect(judge(cleared, 1, rules).size).toBe(0);
  });

  it('finds a problem at the field it belongs to, whether the page found it or the server', () => {
    const draft = withEvent({ ...draftOf(settings()), webhookUrl: 'no url' }, 'run_failed', {
      subscribers: ['a@example.com', 'b'],
    });
    expect([...judge(draft, 1, rules).keys()].sort()).toEqual([
      '/events/run_failed/email_subscribers',
      '/webhook_url',
    ]);
    expect(byField([{ pointer: '/events/run_failed/email_subscribers/3', message: 'x' }])).toEqual(
      new Map([['/events/run_failed/email_subscribers', 'x']]),
    );
  });
});

describe('Two who change the same settings', () => {
  const base = settings({ webhook_url: 'https://a.example.com/' });

  it('need a choice only where both changed the same field', () => {
    const mine = withEvent({ ...draftOf(base), webhookUrl: 'https://mine.example.com/' }, 'run_failed', {
      sendWebhook: true,
    });
    const theirs = settings({
      webhook_url: 'https://theirs.example.com/',
      events: { ...base.events, tenant_created: { ...nothing, email_subscribers: ['they@example.com'] } },
    });
    expect(
      differences(settingsForm, draftOf(base), mine, draftOf(theirs)).map(({ field, suggestion }) => [
        field,
        suggestion,
      ]),
    ).toEqual([
      ['/webhook_url', null],
      ['/events/tenant_created/email_subscribers', 'theirs'],
      ['/events/run_failed/send_webhook', 'mine'],
    ]);
  });

  it('end with theirs where theirs was chosen, and with mine elsewhere', () => {
    const mine = withEvent({ ...draftOf(base), webhookUrl: 'https://mine.example.com/' }, 'run_failed', {
      sendWebhook: true,
    });
    const theirs = settings({ webhook_url: 'https://theirs.example.com/' });
    const combined = changeOf(
      settingsForm.withFields(draftOf(theirs), mine, ['/events/run_failed/send_webhook']),
    );
    expect(combined.webhook_url).toBe('https://theirs.example.com/');
    expect(combined.events['run_failed']?.send_webhook).toBe(true);
  });
});

describe('An entry that is not one address', () => {
  it.each([
    ['a@example.com; b@example.com', ['a@example.com', 'b@example.com']],
    ['a@example.com b@example.com;', ['a@example.com', 'b@example.com']],
    ['Jane Doe <Jane@Example.com>; <bob@example.com>;', ['Jane@example.com', 'bob@example.com']],
    ['"Doe; Jane" <jane@example.com>;bob@example.com', ['jane@example.com', 'bob@example.com']],
    ['\uff1ba@example.com\uff1bb@example.com', ['a@example.com', 'b@example.com']],
    ['a@example.com;', ['a@example.com']],
  ])('is taken apart where it holds nothing but addresses: %s', (entry, addresses) => {
    expect(addressesIn(entry)).toEqual(addresses);
  });

  it.each(['nope; a@example.com', ';', 'a@example.com and b@example.com', 'nobody'])(
    'is left as it is otherwise: %s',
    (entry) => expect(addressesIn(entry)).toBeNull(),
  );
});
