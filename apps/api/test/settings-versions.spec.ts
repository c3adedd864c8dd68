import { expectProblem } from '@belfry/kit/expect-problem';
import { eventTypes } from '@belfry/domain';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
const path = '/v1/accounts/42/notification-settings';
const url = 'https://hooks.example.com/in?token=s3cret';
const types = eventTypes.map(({ key }) => key);

const read = () => platform.server.get(path);

beforeAll(() => platform.server.makeAccount(42, { webhook_url: url }));

it('twenty changes at once, each of its own event type or list, lose none of each other', async () => {
  const changes = types.flatMap((type) => [
    { events: { [type]: { send_webhook: true } } },
    { events: { [type]: { email_subscribers: [`${type}@example.com`] } } },
    { events: { [type]: {} } },
    {},
  ]);
  const answers = await Promise.all(changes.map((change) => platform.server.patch(path, change)));
  expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 200));
  expect((await read()).body.events).toEqual(
    Object.fromEntries(
      types.map((type) => [type, { send_webhook: true, email_subscribers: [`${type}@example.com`] }]),
    ),
  );
  // Each that changed something made a version of its own.
  const changing = answers.filter((_answer, place) => place % 4 < 2);
  expect(new Set(changing.map(({ headers }) => headers.get('etag'))).size).toBe(2 * types.length);
});

it('a change that changes nothing, in part or as a whole, makes no version and stands in no audit log', async () => {
  const log = '/v1/accounts/42/audit-log';
  const before = await read();
  const entries = (await platform.server.get(log)).body.entries;
  const { webhook_url, events } = before.body;
  for (const again of [
    await platform.server.put(path, { webhook_url, events }),
    await platform.server.put(path, before.body, { 'if-match': before.headers.get('etag')! }),
    await platform.server.patch(path, {}),
    await platform.server.patch(path, {
      webhook_url: ` ${webhook_url} `,
      events: { run_failed: events.run_failed },
    }),
  ]) {
    expect(again).toMatchObject({ status: 200, body: before.body });
    expect(again.headers.get('etag')).toBe(before.headers.get('etag'));
  }
  expect((await platform.server.get(log)).body.entries).toEqual(entries);
});

describe('If-Match', () => {
  const change = { webhook_url: 'https://changed.example.com/' };

  it.each(['put', 'patch'] as const)(
    'lets a %s through by the ETag that was read, and the answer has a new one',
    async (method) => {
      const etag = (await read()).headers.get('etag')!;
      const other = { webhook_url: `https://${method}.example.com/` };
      const answer = await platform.server[method](path, other, { 'if-match': `"other" , ${etag}` });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('etag')).not.toBe(etag);
      expect((await read()).headers.get('etag')).toBe(answer.headers.get('etag'));
    },
  );

  it('of * lets a change of any version through', async () => {
    expect((await platform.server.patch(path, change, { 'if-match': '*' })).status).toBe(200);
  });

  it.each(['put', 'patch'] as const)('refuses a %s by an ETag that is old, wrong or weak', async (method) => {
    const old = (await read()).headers.get('etag')!;
    await platform.server.patch(path, { webhook_url: `${url}&newer=${method}` });
    const before = await read();
    const now = before.headers.get('etag')!;
    for (const tag of [old, '"nonsense"', `W/${now}`, now.replaceAll('"', ''), '""', '']) {
      const refused = await platform.server[method](path, change, { 'if-match': tag });
      expectProblem(refused, 412, 'version-mismatch');
      expect(refused.headers.get('etag')).toBe(now);
      const after = await read();
      expect([after.body, after.headers.get('etag')]).toEqual([before.body, now]);
    }
  });

  it('lets one of ten changes of the same version through', async () => {
    const etag = (await read()).headers.get('etag')!;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, place) =>
        platform.server.patch(
          path,
          { webhook_url: `https://hooks.example.com/${place}` },
          { 'if-match': etag },
        ),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(412)]);
    const winner = answers.find(({ status }) => status === 200)!;
    expect((await read()).body).toEqual(winner.body);
  });
});

it('an ETag of another account never lets a change through, though both have the same version', async () => {
  for (const id of [52, 53]) await platform.server.makeAccount(id);
  const settingsOf = (id: number) => `/v1/accounts/${id}/notification-settings`;
  const [one, other] = [await platform.server.get(settingsOf(52)), await platform.server.get(settingsOf(53))];
  const etag = one.headers.get('etag')!;
  expect(etag).not.toBe(other.headers.get('etag'));
  const refused = await platform.server.put(settingsOf(53), {}, { 'if-match': etag });
  expectProblem(refused, 412, 'version-mismatch');
});

describe('an account', () => {
  const account = (name: string) => ({
    account_name: name,
    primary_contact: { email: 'pat@acme.example.com' },
  });
  const put = (name: string, etag?: string) =>
    platform.server.put('/v1/accounts/60', account(name), etag === undefined ? {} : { 'if-match': etag });
  const get = () => platform.server.get('/v1/accounts/60');

  it('answers its ETag when it is made, read and replaced', async () => {
    const made = await put('First');
    expect([made.status, made.headers.get('etag')]).toEqual([201, expect.stringMatching(/^"[^"]+"$/)]);
    expect((await get()).headers.get('etag')).toBe(made.headers.get('etag'));
    const replaced = await put('Second', made.headers.get('etag')!);
    expect(replaced.status).toBe(200);
    expect(replaced.headers.get('etag')).not.toBe(made.headers.get('etag'));
    expect((await get()).headers.get('etag')).toBe(replaced.headers.get('etag'));
  });

  it('is not replaced by an ETag that is old, wrong or weak; the answer has the one that stands', async () => {
    const old = (await get()).headers.get('etag')!;
    const now = (await put('Third', old)).headers.get('etag')!;
    for (const tag of [old, '"nonsense"', `W/${now}`, '']) {
      const refused = await put('Lost', tag);
      expectProblem(refused, 412, 'version-mismatch');
      expect(refused.headers.get('etag')).toBe(now);
    }
    expect((await get()).body.account_name).toBe('Third');
    expect((await put('Fourth', '*')).status).toBe(200);
  });

  it('of two who replace the same version lets one through', async () => {
    const etag = (await get()).headers.get('etag')!;
    const answers = await Promise.all(Array.from({ length: 8 }, (_, number) => put(`Racer ${number}`, etag)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(412)]);
  });

  it('that does not exist is not made by a request that asks for a version of it', async () => {
    const refused = await platform.server.put('/v1/accounts/61', account('New'), { 'if-match': '*' });
    expectProblem(refused, 412, 'version-mismatch');
    expect((await platform.server.get('/v1/accounts/61')).status).toBe(404);
  });
});
