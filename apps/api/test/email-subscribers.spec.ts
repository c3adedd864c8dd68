import { expectProblem, type ExpectedError } from '@belfry/kit/expect-problem';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
const path = '/v1/accounts/42/notification-settings';
const put = (subscribers: unknown) =>
  platform.server.put(path, { events: { run_failed: { email_subscribers: subscribers } } });
const addresses = (count: number) => Array.from({ length: count }, (_, place) => `ops${place}@example.com`);

beforeAll(() => platform.server.makeAccount(42));

describe('are read from a string or an array, and written as an array:', () => {
  it.each<[unknown, string[]]>([
    ['ops@example.com', ['ops@example.com']],
    [' ops@example.com ,oncall@example.com', ['ops@example.com', 'oncall@example.com']],
    [
      ['oncall@example.com', ' ops@example.com '],
      ['oncall@example.com', 'ops@example.com'],
    ],
    ['"Doe, Jane" <jane@example.com>, Ops Team <ops@example.com>', ['jane@example.com', 'ops@example.com']],
    [['"Doe, Jane" <jane@example.com>'], ['jane@example.com']],
    [',, ops@example.com,, ', ['ops@example.com']],
    ['', []],
    [' , ', []],
    [[], []],
    [null, []],
    ['Pat.Doe@EXAMPLE.Com', ['Pat.Doe@example.com']],
    ['ops@example.com, OPS@Example.com, Ops@example.com', ['ops@example.com']],
    [
      ['B@example.com', 'a@example.com', 'b@example.com'],
      ['B@example.com', 'a@example.com'],
    ],
    ['joerg@bücher.example', ['joerg@xn--bcher-kva.example']],
    [addresses(50), addresses(50)],
    [[...addresses(50), 'OPS0@example.com'], addresses(50)],
  ])('%j', async (given, expected) => {
    const answer = await put(given);
    expect(answer).toMatchObject({
      status: 200,
      body: { events: { run_failed: { email_subscribers: expected } } },
    });
    expect((await platform.server.get(path)).body).toEqual(answer.body);
  });
});

const place = '/events/run_failed/email_subscribers';
const named = (address: string) => ({ pointer: place, message: expect.stringContaining(`"${address}"`) });

describe('are refused as a whole, each bad one named, and the settings stay as they were:', () => {
  it.each<[unknown, ExpectedError[]]>([
    ['ops@example.com, not-an-address, oncall@example.com', [named('not-an-address')]],
    ['ops@example.com; oncall@example.com', [named('ops@example.com; oncall@example.com')]],
    ['a@b, c@', [named('a@b'), named('c@')]],
    [
      ['ops@example.com', 'ops@', 'x'],
      [
        { ...named('ops@'), pointer: `${place}/1` },
        { ...named('x'), pointer: `${place}/2` },
      ],
    ],
    [['a@example.com, b@example.com'], [{ ...named('a@example.com, b@example.com'), pointer: `${place}/0` }]],
    [[''], [{ pointer: `${place}/0` }]],
    ['ops@[192.0.2.1]', [named('ops@[192.0.2.1]')]],
    ['ops@192.0.2.1', [named('ops@192.0.2.1')]],
    ['ops@localhost', [named('ops@localhost')]],
    ['ops..team@example.com', [named('ops..team@example.com')]],
    [`${'x'.repeat(65)}@example.com`, [{ pointer: place }]],
    ['jörg@example.com', [named('jörg@example.com')]],
    ['ops@example.com\r\nBcc: all@example.com', [{ pointer: place }]],
    [addresses(51), [{ pointer: place, message: expect.stringContaining('50') }]],
    [addresses(51).join(','), [{ pointer: place, message: expect.stringContaining('50') }]],
    [7, [{ pointer: place }]],
    [{ 0: 'ops@example.com' }, [{ pointer: place }]],
    [
      [7, null],
      [{ pointer: `${place}/0` }, { pointer: `${place}/1` }],
    ],
  ])('%j', async (given, errors) => {
    await put('kept@example.com');
    const before = await platform.server.get(path);
    expectProblem(await put(given), 400, 'validation', errors);
    const after = await platform.server.get(path);
    expect(after.body).toEqual(before.body);
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
  });
});
