import fc from 'fast-check';
import type { Account } from './account.js';
import { platformCatalogue } from './event-catalogue.js';
import { inputOf } from './event-input.fixture.js';
import { acceptEvent, checkEvent, fillIn, samplePayload, type Acceptance } from './event.js';
import { eventTypes, type EventType } from './event-types.js';
import { compileJsonSchema } from './json-schema.fixture.js';
import { commonFields } from './payload-table.fixture.js';
import type { Problem } from './problem.js';

const account: Account = {
  accountId: 42,
  accountName: 'Initech "EU" 🚀',
  primaryContact: { name: null, email: 'jane@example.com' },
};
const acceptance: Acceptance = {
  eventId: '0193a1b2-0000-7000-8000-000000000001',
  now: new Date('2026-11-24T12:00:00.123Z'),
  sites: { admin: 'https://admin.example.com', api: 'https://api.example.com/v2' },
  catalogue: platformCatalogue,
};
const runFailed = {
  event_type: 'run_failed',
  environment: 'production',
  account_id: 42,
  data: {
    run_id: 901,
    run_status: 'failed',
    tenant_id: 7,
    tenant_name: 'Acme',
    integration_id: 3,
    integration_name: 'CRM sync',
  },
};

function accept(input: unknown) {
  const checked = checkEvent(input, platformCatalogue);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return acceptEvent(checked.value, account, acceptance);
}

function problemsWith(input: unknown): readonly Problem[] {
  const checked = checkEvent(input, platformCatalogue);
  return checked.ok ? [] : checked.problems;
}

const withData = (data: Record<string, unknown>) => ({ ...runFailed, data: { ...runFailed.data, ...data } });

describe('the payload', () => {
  it('is compact JSON, byte for byte', () => {
    expect(accept({ ...runFailed, timestamp: '2026-11-24T13:00:00+01:00' }).payload).toBe(
      '{"event_type":"run_failed","environment":"production","account_id":42,"account_name":"Initech \\"EU\\" 🚀",' +
        '"timestamp":"2026-11-24T12:00:00.000Z","run_id":901,"run_status":"failed",' +
        '"admin_link":"https://admin.example.com/runs/901","api_link":"https://api.example.com/v2/runs/901",' +
        '"api_status_link":"https://api.example.com/v2/runs/901/status",' +
        '"api_triggers_link":"https://api.example.com/v2/runs/901/triggers",' +
        '"tenant_id":7,"tenant_name":"Acme","integration_id":3,"integration_name":"CRM sync"}',
    );
  });

  it.each(eventTypes as readonly EventType[])(
    'of $key has the fields of the contract in their order and is valid by its JSON Schema, whatever was sent',
    (type) => {
      const isValid = compileJsonSchema(platformCatalogue.payloadJsonSchema(type.key));
      const isValidInput = compileJsonSchema(platformCatalogue.inputJsonSchema(type.key));
      fc.assert(
        fc.property(inputOf(type), (input) => {
          const { payload } = accept(input);
          const parsed = JSON.parse(payload) as Record<string, unknown>;
          expect(Object.keys(parsed)).toEqual([...commonFields, ...Object.keys(type.fields)]);
          expect([isValid(parsed), isValid.errors]).toEqual([true, null]);
          expect([isValidInput(input), isValidInput.errors]).toEqual([true, null]);
          expect(JSON.stringify(parsed)).toBe(payload);
          expect(accept(input).payload).toBe(payload);
          expect(parsed).toMatchObject({ event_type: type.key, account_name: account.accountName });
        }),
      );
    },
  );

  it('has the time of acceptance where the publisher gave none', () => {
    expect(JSON.parse(accept(runFailed).payload)).toMatchObject({ timestamp: '2026-11-24T12:00:00.123Z' });
  });

  it('has the links that the publisher gave as they were given, and builds the others', () => {
    const payload: unknown = JSON.parse(
      accept(withData({ api_link: 'https://elsewhere.example/r?x=ü' })).payload,
    );
    expect(payload).toMatchObject({
      admin_link: 'https://admin.example.com/runs/901',
      api_link: 'https://elsewhere.example/r?x=ü',
      api_status_link: 'https://api.example.com/v2/runs/901/status',
    });
  });

  it('has trimmed names', () => {
    expect(JSON.parse(accept(withData({ tenant_name: '  Acme ' })).payload)).toMatchObject({
      tenant_name: 'Acme',
    });
  });
});

describe('acceptEvent', () => {
  it('keeps what the event was accepted with', () => {
    expect(accept(runFailed)).toMatchObject({
      eventId: acceptance.eventId,
      eventType: 'run_failed',
      environment: 'production',
      accountId: 42,
      acceptedAt: acceptance.now,
    });
  });

  it('throws for an event type that was checked against another catalogue', () => {
    expect(() => acceptEvent({ ...runFailed, event_type: 'run_succeeded' }, account, acceptance)).toThrow(
      'run_succeeded',
    );
  });
});

describe('checkEvent', () => {
  const idMessage = 'must be an integer from 1 to 9007199254740991';

  it.each([0, -1, 1.5, 2 ** 53, '1', null, true])(
    'refuses the id %p, in one problem for each field',
    (id) => {
      expect(problemsWith({ ...withData({ run_id: id }), account_id: id })).toEqual([
        { pointer: '/account_id', message: idMessage },
        { pointer: '/data/run_id', message: idMessage },
      ]);
    },
  );

  it.each(['', '\u0000', 'a\nb', 'a\ud83d', '🚀'.repeat(256), 7, null])('refuses the name %j', (name) => {
    expect(problemsWith(withData({ tenant_name: name }))).toEqual([
      {
        pointer: '/data/tenant_name',
        message: expect.stringMatching(/^must be a string of 1 to 255 characters/),
      },
    ]);
  });

  it('takes a name of 255 characters, each of two UTF-16 units', () => {
    expect(problemsWith(withData({ tenant_name: '🚀'.repeat(255) }))).toEqual([]);
  });

  it('says of everything that is missing that it is required', () => {
    expect(problemsWith(undefined)).toEqual([{ pointer: '', message: 'is required' }]);
    expect(problemsWith({ event_type: 'run_failed' })).toEqual([
      { pointer: '/environment', message: 'is required' },
      { pointer: '/account_id', message: 'is required' },
      { pointer: '/data', message: 'is required' },
    ]);
    expect(problemsWith({ ...runFailed, data: {} })).toEqual(
      Object.keys(runFailed.data).map((name) => ({ pointer: `/data/${name}`, message: 'is required' })),
    );
  });

  it('names every unknown field', () => {
    expect(problemsWith({ ...withData({ 'x/y': 1 }), account_name: 'x' })).toEqual([
      { pointer: '/data/x~1y', message: 'is not a known field' },
      { pointer: '/account_name', message: 'is not a known field' },
    ]);
  });

  it.each([undefined, null, 5, 'run_succeeded', 'constructor', '__proto__', 'RUN_FAILED', ['run_failed']])(
    'says which event types there are where it is %p, and judges no data',
    (key) => {
      expect(problemsWith({ ...runFailed, event_type: key, data: { anything: { at: ['all'] } } })).toEqual([
        {
          pointer: '/event_type',
          message: expect.stringContaining('must be one of integration_created, tenant_created'),
        },
      ]);
    },
  );

  it.each([null, [], 'text', 5])('refuses %j instead of an event', (input) => {
    expect(problemsWith(input)).toEqual([{ pointer: '', message: 'must be an object' }]);
    expect(problemsWith({ ...runFailed, data: input })).toEqual([
      { pointer: '/data', message: 'must be an object' },
    ]);
  });

  it.each(['yesterday', '2026-11-24', '2026-02-30T00:00:00Z', 5, null])(
    'refuses the timestamp %j',
    (timestamp) => {
      expect(problemsWith({ ...runFailed, timestamp })).toEqual([
        { pointer: '/timestamp', message: expect.stringMatching(/^must be an RFC 3339 date and time/) },
      ]);
    },
  );

  it('never throws, whatever was sent', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (whole, data) => {
        expect(checkEvent(whole, platformCatalogue).ok).toBe(false);
        expect(checkEvent({ ...runFailed, data }, platformCatalogue).ok).toBe(false);
      }),
    );
  });
});

describe('a sample payload', () => {
  it.each(eventTypes as readonly EventType[])('of $key is valid by its JSON Schema', (type) => {
    const payload = samplePayload(type, platformCatalogue, acceptance.sites);
    expect(compileJsonSchema(platformCatalogue.payloadJsonSchema(type.key))(payload)).toBe(true);
    expect(payload).toMatchObject(type.example);
  });

  it('has the name and the id of the account that it is made for', () => {
    const payload = samplePayload(eventTypes[0], platformCatalogue, acceptance.sites, {
      ...account,
      accountId: 7,
    });
    expect(payload).toMatchObject({ account_id: 7, account_name: account.accountName });
  });
});

describe('fillIn', () => {
  it('fills each place, encoded as asked', () => {
    expect(fillIn('Run {run_id} of {name}', { run_id: 9, name: 'a/b {run_id}' })).toBe(
      'Run 9 of a/b {run_id}',
    );
    expect(fillIn('/runs/{name}', { name: 'a/b' }, encodeURIComponent)).toBe('/runs/a%2Fb');
  });
});
