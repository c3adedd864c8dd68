import type { Account } from './account.js';
import { publicDestinationsOnly } from './allowed-destinations.js';
import { planDeliveries } from './delivery-plan.js';
import { EventCatalogue, platformCatalogue } from './event-catalogue.js';
import { acceptEvent, checkEvent, fillIn } from './event.js';
import { defineEventType, eventTypes } from './event-types.js';
import { idField, linkField, nameField } from './fields.js';
import { compileJsonSchema } from './json-schema.fixture.js';
import { applyChange, settingsFor, untouchedSettings } from './notification-settings.js';

/** Its key is one that the platform will never have. */
const credentialExpired = defineEventType({
  key: 'only_in_this_spec',
  name: 'Credential Expired',
  description: 'a credential of a tenant expires',
  fields: {
    credential_id: idField('Credential id', 'the credential'),
    credential_name: nameField('Credential', 'the name of the credential'),
    admin_link: linkField(
      'Open',
      'the credential in the admin dashboard',
      'admin',
      '/credentials/{credential_id}',
    ),
  },
  example: { credential_id: 12, credential_name: 'CRM token' },
  subject: 'Credential expired: {credential_name}',
  thread: 'credential_id',
});

const catalogue = new EventCatalogue([...eventTypes, credentialExpired]);
const account: Account = {
  accountId: 42,
  accountName: 'Initech',
  primaryContact: { name: null, email: 'jane@example.com' },
};
const input = {
  event_type: 'only_in_this_spec',
  environment: 'production',
  account_id: 42,
  data: credentialExpired.example,
};

describe('an event type that is one entry of a catalogue', () => {
  it('is validated', () => {
    expect(checkEvent(input, catalogue).ok).toBe(true);
    expect(checkEvent(input, platformCatalogue).ok).toBe(false);
    expect(checkEvent({ ...input, data: { credential_id: '12', x: 1 } }, catalogue)).toEqual({
      ok: false,
      problems: [
        { pointer: '/data/credential_id', message: 'must be an integer from 1 to 9007199254740991' },
        { pointer: '/data/credential_name', message: 'is required' },
        { pointer: '/data/x', message: 'is not a known field' },
      ],
    });
  });

  it('is accepted, with its payload in order, its link built and its subject filled in', () => {
    const checked = checkEvent(input, catalogue);
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    const event = acceptEvent(checked.value, account, {
      eventId: '0193a1b2-0000-7000-8000-000000000001',
      now: new Date('2026-11-24T12:00:00Z'),
      sites: { admin: 'https://admin.example.com', api: 'https://api.example.com' },
      catalogue,
    });
    expect(event.payload).toBe(
      '{"event_type":"only_in_this_spec","environment":"production","account_id":42,"account_name":"Initech",' +
        '"timestamp":"2026-11-24T12:00:00.000Z","credential_id":12,"credential_name":"CRM token",' +
        '"admin_link":"https://admin.example.com/credentials/12"}',
    );
    expect(
      compileJsonSchema(catalogue.payloadJsonSchema('only_in_this_spec'))(JSON.parse(event.payload)),
    ).toBe(true);
    expect(fillIn(credentialExpired.subject, checked.value.data)).toBe('Credential expired: CRM token');
  });

  it('is described in JSON Schema', () => {
    expect(catalogue.payloadJsonSchema('only_in_this_spec')).toMatchObject({
      title: 'Credential Expired',
      description: 'Sent when a credential of a tenant expires.',
      properties: { credential_id: { type: 'integer', description: 'the credential' } },
    });
  });

  it('is settable and planned, and untouched where nobody has set it', () => {
    const change = {
      webhook_url: 'https://hooks.example.com/in',
      events: { only_in_this_spec: { send_webhook: true, email_subscribers: 'ops@example.com' } },
    };
    const rules = { catalogue, allowed: publicDestinationsOnly };
    const changed = applyChange(untouchedSettings(42), change, 'replace', rules);
    if (!changed.ok) throw new Error(JSON.stringify(changed.problems));
    expect(Object.keys(changed.value.events)).toEqual([...platformCatalogue.keys, 'only_in_this_spec']);
    expect(
      planDeliveries('only_in_this_spec', changed.value, account).map(({ destination }) => destination),
    ).toEqual(['https://hooks.example.com/in', 'jane@example.com', 'ops@example.com']);
    expect(settingsFor(untouchedSettings(42), 'only_in_this_spec')).toEqual({
      send_webhook: false,
      email_subscribers: [],
    });
    expect(
      applyChange(untouchedSettings(42), change, 'replace', { ...rules, catalogue: platformCatalogue }),
    ).toMatchObject({
      ok: false,
      problems: [{ pointer: '/events/only_in_this_spec', message: 'is not a known field' }],
    });
  });
});
