import { eventTypes } from './event-types.js';
import { platformCatalogue } from './event-catalogue.js';
import { checkEvent, samplePayload } from './event.js';
import { isEventType, parsePayload, type Payload, type PublishInput } from './payload.js';

const sites = { admin: 'https://app.example.com', api: 'https://api.example.com' };
const samples = eventTypes.map((type) => samplePayload(type, platformCatalogue, sites));

it('an event type is one of the catalogue, and nothing that objects have besides', () => {
  expect(eventTypes.every(({ key }) => isEventType(key))).toBe(true);
  expect(['Run_failed', '', 'toString', '__proto__'].some(isEventType)).toBe(false);
});

it.each(samples)('the payload of $event_type is read as it was sent', (sample) => {
  expect(parsePayload(sample)).toEqual({ ok: true, value: sample });
});

it.each(samples)(
  'each field of $event_type is needed, and is named where it is missing or wrong',
  (sample) => {
    for (const name of Object.keys(sample)) {
      const { [name]: _left, ...rest } = sample;
      for (const wrong of [rest, { ...rest, [name]: null }]) {
        const result = parsePayload(wrong);
        expect(result.ok ? [] : result.problems.map(({ pointer }) => pointer)).toEqual([`/${name}`]);
      }
    }
  },
);

it('a field that a newer version added is kept', () => {
  const newer = { ...samples[0], added_later: [1] };
  expect(parsePayload(newer)).toEqual({ ok: true, value: newer });
});

it.each([null, undefined, 1, 'text', []])('%j is not a payload', (value) => {
  expect(parsePayload(value)).toEqual({
    ok: false,
    problems: [{ pointer: '', message: 'must be an object' }],
  });
});

it('types tell the payloads apart, and what a publisher may leave out', () => {
  const runOf = (payload: Payload) => (payload.event_type === 'run_failed' ? payload.run_id : null);
  expect((samples as unknown as Payload[]).map(runOf)).toContain(901);
  const input: PublishInput<'run_failed'> = {
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
  expect(checkEvent(input, platformCatalogue)).toMatchObject({ ok: true });
  // @ts-expect-error A tenant has a name.
  const missing: PublishInput = { ...input, data: { ...input.data, tenant_name: undefined } };
  expect(checkEvent(missing, platformCatalogue)).toMatchObject({ ok: false });
});
