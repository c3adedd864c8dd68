import type { Answer } from '@belfry/kit/rest-client';
import { expectProblem } from '@belfry/kit/expect-problem';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
const account = '/v1/accounts/42';
beforeAll(() => platform.server.makeAccount(42));

const event = (timestamp: string) => ({
  event_type: 'integration_created',
  environment: 'production',
  account_id: 42,
  timestamp,
  data: { integration_id: 3, integration_name: 'CRM sync' },
});
const encoded = encodeURIComponent;

/** Every place where a caller gives a time, with the pointer to it and the status of what is taken. */
const places: readonly (readonly [
  place: string,
  pointer: string,
  taken: number,
  give: (time: string) => Promise<Answer>,
])[] = [
  ["an event's timestamp", '/timestamp', 202, (time) => platform.server.post('/v1/events', event(time))],
  ...(['events', 'deliveries'] as const).flatMap((list) =>
    (['from', 'to'] as const).map(
      (bound) =>
        [
          `${bound} of the list of ${list}`,
          `/${bound}`,
          200,
          (time: string) => platform.server.get(`${account}/${list}?${bound}=${encoded(time)}`),
        ] as const,
    ),
  ),
  ...(['from', 'to'] as const).map(
    (bound) =>
      [
        `${bound} of a redelivery`,
        `/${bound}`,
        202,
        (time: string) =>
          platform.server.post(`${account}/deliveries/redeliver`, { status: 'failed', [bound]: time }),
      ] as const,
  ),
];

describe.each(places)('%s', (_place, pointer, taken, give) => {
  it.each([
    '2026-11-24T12:00:00Z',
    '2026-11-24t12:00:00z',
    '2026-11-24T12:00:00.123456789+05:30',
    '2016-12-31T23:59:60Z',
    '0000-01-01T00:00:00Z',
    '0000-02-29T00:00:00-01:00',
    '9999-12-31T23:59:59.999Z',
  ])('may be %s', async (time) => {
    expect(await give(time)).toMatchObject({ status: taken });
  });

  it.each([
    'yesterday',
    '2026-11-24',
    '2026-11-24T12:00:00',
    '2026-11-24 12:00:00Z',
    '2026-11-24T12:00Z',
    '2026-02-30T12:00:00Z',
    '2026-11-24T23:59:60Z',
    '0000-01-01T00:00:00+01:00',
    '9999-12-31T23:30:00-01:00',
    '+010000-01-01T00:00:00Z',
    '1764000000',
    '',
  ])('may not be %j', async (time) => {
    const message = 'must be an RFC 3339 date and time with an offset, such as 2026-11-24T12:00:00Z';
    expectProblem(await give(time), 400, 'validation', [{ pointer, message }]);
  });

  it('says so where the + of the offset has become a space', async () => {
    const message = expect.stringMatching(/The \+ .* write it as %2B/);
    const answer = await give('2026-11-24T12:00:00 02:00');
    expectProblem(answer, 400, 'validation', [{ pointer, message }]);
  });
});
