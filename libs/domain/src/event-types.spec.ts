import { platformCatalogue } from './event-catalogue.js';
import { checkEvent } from './event.js';
import { eventTypes, type DataOf, type EventType, type EventTypeOf, type PayloadOf } from './event-types.js';

const places = (template: string) => [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);

describe('the event types of the platform', () => {
  it('begin with those of the contract, in its order; more may follow', () => {
    const contract = [
      ['integration_created', 'Integration Created'],
      ['tenant_created', 'Tenant Created'],
      ['tenant_archived', 'Tenant Archived'],
      ['partner_integration_updated', 'Partner Integration Updated'],
      ['run_failed', 'Run Failed'],
    ];
    expect(eventTypes.slice(0, contract.length).map(({ key, name }) => [key, name])).toEqual(contract);
  });

  it.each(eventTypes)('$key has an example that a publisher could send', ({ key, example }) => {
    const input = { event_type: key, environment: 'production', account_id: 42, data: example };
    expect(checkEvent(input, platformCatalogue)).toEqual({ ok: true, value: input });
  });

  it.each(eventTypes as readonly EventType[])(
    '$key names only its own required fields in its subject, its thread and the paths of its links',
    (type) => {
      const required = Object.keys(type.fields).filter((name) => type.fields[name]!.link === undefined);
      const links = Object.values(type.fields).flatMap(({ link }) =>
        link === undefined ? [] : places(link.path),
      );
      expect(required).toEqual(expect.arrayContaining([...places(type.subject), type.thread, ...links]));
      expect(places(type.subject)).not.toHaveLength(0);
    },
  );

  it.each(eventTypes as readonly EventType[])(
    '$key says of every field what it is, in a mail and in the API',
    (type) => {
      for (const { label, description } of Object.values(type.fields)) {
        expect(label).toMatch(/^[A-Z]/);
        expect(description).not.toBe('');
      }
    },
  );

  it('give their payloads and data exact types', () => {
    // The compiler checks this one: a wrong type here does not build.
    const data: DataOf<EventTypeOf<'tenant_created'>> = {
      tenant_id: 7,
      tenant_name: 'Acme',
      integration_id: 3,
      integration_name: 'CRM sync',
    };
    const payload: PayloadOf<'tenant_created'> = {
      event_type: 'tenant_created',
      environment: 'production',
      account_id: 42,
      account_name: 'Initech',
      timestamp: '2026-11-24T12:00:00.000Z',
      ...data,
    };
    expect(Object.keys(payload)).toHaveLength(9);
  });
});
