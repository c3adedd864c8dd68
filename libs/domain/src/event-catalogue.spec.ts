import { EventCatalogue, platformCatalogue } from './event-catalogue.js';
import { eventTypes } from './event-types.js';
import { compileJsonSchema } from './json-schema.fixture.js';
import { commonFields, ownFields } from './payload-table.fixture.js';

const samples: Record<string, unknown> = {
  event_type: 'run_failed',
  environment: 'production',
  account_id: 42,
  account_name: 'Initech',
  timestamp: '2026-11-24T12:00:00.000Z',
};

function payloadOf(key: string): Record<string, unknown> {
  const own = Object.entries(ownFields[key]!).map(([name, type]) => [
    name,
    type === 'integer' ? 9 : name.endsWith('_link') ? 'https://admin.example.com/runs/9' : 'some text',
  ]);
  return { ...samples, event_type: key, ...Object.fromEntries(own) };
}

describe('the JSON Schema of a payload', () => {
  it.each(Object.keys(ownFields))(
    'of %s has the fields and types of the contract, all required, in their order',
    (key) => {
      const schema = platformCatalogue.payloadJsonSchema(key);
      const properties = schema['properties'] as Record<string, { type: string; description?: string }>;
      const names = [...commonFields, ...Object.keys(ownFields[key]!)];
      expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
      expect(schema['additionalProperties']).toBe(false);
      expect(Object.keys(properties)).toEqual(names);
      expect(schema['required']).toEqual(names);
      for (const [name, type] of Object.entries(ownFields[key]!))
        expect([name, properties[name]!.type]).toEqual([name, type]);
      expect(properties['account_id']!.type).toBe('integer');
      for (const name of names)
        expect([name, properties[name]!.description]).toEqual([name, expect.stringMatching(/./)]);
    },
  );

  it.each(Object.keys(ownFields))('of %s accepts such a payload and refuses a wrong one', (key) => {
    const isValid = compileJsonSchema(platformCatalogue.payloadJsonSchema(key));
    const good = payloadOf(key);
    expect([isValid(good), isValid.errors]).toEqual([true, null]);

    const wrong = Object.keys(good).flatMap((name) => {
      const { [name]: _left, ...rest } = good;
      return [
        rest,
        { ...good, [name]: null },
        { ...good, [name]: typeof good[name] === 'number' ? 1.5 : '' },
      ];
    });
    const others = [
      { ...good, extra: 1 },
      { ...good, account_id: 0 },
      { ...good, account_id: 2 ** 53 },
      { ...good, account_id: '42' },
      { ...good, account_name: 'a\nb' },
      { ...good, account_name: '🚀'.repeat(256) },
      { ...good, environment: 'a b' },
      { ...good, timestamp: '2026-11-24T12:00:00Z' },
      { ...good, timestamp: '2026-11-24T12:00:00.000+00:00' },
      { ...good, timestamp: '2026-02-30T12:00:00.000Z' },
      { ...good, event_type: 'another' },
    ];
    for (const payload of [...wrong, ...others])
      expect([payload, isValid(payload)]).toEqual([payload, false]);
  });

  it('takes http and https links alone', () => {
    const isValid = compileJsonSchema(platformCatalogue.payloadJsonSchema('run_failed'));
    const links = [
      'https://a.example/ü',
      'HTTP://a.example',
      'ftp://a.example',
      'javascript:alert(1)',
      'https://a b',
    ];
    expect(links.filter((admin_link) => isValid({ ...payloadOf('run_failed'), admin_link }))).toEqual(
      links.slice(0, 2),
    );
  });
});

describe('the JSON Schema of what a publisher sends', () => {
  it.each(eventTypes)(
    'accepts the example of $key, without its timestamp and links, and refuses what is missing or unknown',
    (type) => {
      const isValid = compileJsonSchema(platformCatalogue.inputJsonSchema(type.key));
      const input = { event_type: type.key, environment: 'production', account_id: 42, data: type.example };
      expect([isValid(input), isValid.errors]).toEqual([true, null]);
      expect(isValid({ ...input, timestamp: '2026-11-24T12:00:00+01:00' })).toBe(true);
      for (const name of Object.keys(type.example)) {
        const { [name]: _left, ...rest } = type.example as Record<string, unknown>;
        expect(isValid({ ...input, data: rest })).toBe(false);
      }
      for (const change of [
        { account_name: 'x' },
        { account_id: '42' },
        { timestamp: 'now' },
        { data: { ...type.example, x: 1 } },
      ]) {
        expect(isValid({ ...input, ...change })).toBe(false);
      }
    },
  );
});

describe('a catalogue', () => {
  it('finds the event types that it is made of, and no others', () => {
    expect(platformCatalogue.keys).toEqual(eventTypes.map(({ key }) => key));
    expect(platformCatalogue.keys).toEqual(expect.arrayContaining(Object.keys(ownFields)));
    expect(platformCatalogue.find('run_failed')?.name).toBe('Run Failed');
    expect(['', 'Run Failed', 'constructor', '__proto__'].map((key) => platformCatalogue.find(key))).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('throws where it is asked to describe one that it does not have', () => {
    const small = new EventCatalogue(eventTypes.slice(0, 1));
    expect(() => small.payloadJsonSchema('run_failed')).toThrow('run_failed');
    expect(() => small.inputJsonSchema('run_failed')).toThrow('run_failed');
  });
});
