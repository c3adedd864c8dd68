import { expectProblem } from '@belfry/kit/expect-problem';
import { eventTypes } from '@belfry/domain';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
const path = '/v1/accounts/42/notification-settings';
const types = eventTypes.map(({ key }) => key);
const off = { send_webhook: false, email_subscribers: [] };
const untouched = Object.fromEntries(types.map((type) => [type, off]));
const url = 'https://hooks.example.com/in?token=s3cret';
const configured = {
  webhook_url: url,
  events: {
    run_failed: { send_webhook: true, email_subscribers: ['ops@example.com', 'oncall@example.com'] },
    tenant_created: { send_webhook: true, email_subscribers: [] },
  },
};

const read = () => platform.server.get(path);
/** Runs an act and expects the settings, their ETag and their time of change to stand as before. */
async function expectNoChange(act: () => Promise<void>): Promise<void> {
  const before = await read();
  await act();
  const after = await read();
  expect(after.body).toEqual(before.body);
  expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
}

beforeAll(() => platform.server.makeAccount(42));
beforeEach(async () => {
  expect((await platform.server.put(path, configured)).status).toBe(200);
});

it('a new account has no URL, every toggle off and no subscribers', async () => {
  const account = { account_name: 'New', primary_contact: { email: 'new@example.com' } };
  await platform.server.put('/v1/accounts/7', account);
  const answer = await platform.server.get('/v1/accounts/7/notification-settings');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('etag')).toMatch(/^"[^"]+"$/);
  expect(answer.body).toEqual({
    account_id: 7,
    webhook_url: null,
    events: untouched,
    updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
  expect(Object.keys(answer.body.events)).toEqual(types);
});

it('an account that is not there has no settings, to read or to change', async () => {
  const none = '/v1/accounts/99/notification-settings';
  expectProblem(await platform.server.get(none), 404, 'not-found');
  expectProblem(await platform.server.put(none, configured), 404, 'not-found');
  expectProblem(await platform.server.patch(none, configured), 404, 'not-found');
});

describe('PUT', () => {
  it('answers the new settings with their ETag, as GET does', async () => {
    const answer = await platform.server.put(path, configured);
    expect(answer.body).toEqual({
      account_id: 42,
      webhook_url: url,
      events: { ...untouched, ...configured.events },
      updated_at: expect.any(String),
    });
    const now = await read();
    expect(now.body).toEqual(answer.body);
    expect(now.headers.get('etag')).toBe(answer.headers.get('etag'));
  });

  it('replaces the whole: what is left out is off, empty or null', async () => {
    const answer = await platform.server.put(path, {
      webhook_url: url,
      events: { tenant_archived: { send_webhook: true } },
    });
    expect(answer.body.events).toEqual({ ...untouched, tenant_archived: { ...off, send_webhook: true } });
    expect((await platform.server.put(path, {})).body).toMatchObject({
      webhook_url: null,
      events: untouched,
    });
  });

  it('takes the whole answer of GET, and stores what it said', async () => {
    const { body } = await read();
    const answer = await platform.server.put(path, body);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...body, updated_at: expect.any(String) });
  });
});

describe('PATCH', () => {
  it.each([
    'application/json',
    'application/merge-patch+json',
    'application/merge-patch+json; charset=utf-8',
  ])('as %s changes what it names and leaves the rest', async (type) => {
    const change = {
      events: { run_failed: { send_webhook: false }, tenant_archived: { send_webhook: true } },
    };
    const answer = await platform.server.patch(path, change, { 'content-type': type });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      webhook_url: url,
      events: {
        ...untouched,
        tenant_created: configured.events.tenant_created,
        run_failed: { ...configured.events.run_failed, send_webhook: false },
        tenant_archived: { ...off, send_webhook: true },
      },
    });
  });

  it.each<[string, object, object]>([
    ['an event type', { events: { run_failed: null } }, { run_failed: off }],
    [
      'its toggle',
      { events: { run_failed: { send_webhook: null } } },
      { run_failed: { ...configured.events.run_failed, send_webhook: false } },
    ],
    [
      'its subscribers',
      { events: { run_failed: { email_subscribers: null } } },
      { run_failed: { ...off, send_webhook: true } },
    ],
    ['all event types', { events: null }, { run_failed: off, tenant_created: off }],
  ])('takes away %s by null', async (_what, change, changed) => {
    const answer = await platform.server.patch(path, change);
    expect(answer.body).toMatchObject({
      webhook_url: url,
      events: { ...untouched, ...configured.events, ...changed },
    });
  });

  it('of nothing changes nothing', async () => {
    const before = (await read()).body;
    const answer = await platform.server.patch(path, {});
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(before);
  });
});

describe('the URL and the toggles', () => {
  it('clearing the URL turns every toggle off and keeps the subscribers', async () => {
    const cleared = await platform.server.patch(path, { webhook_url: null });
    expect(cleared.body).toMatchObject({
      webhook_url: null,
      events: { ...untouched, run_failed: { ...configured.events.run_failed, send_webhook: false } },
    });
    const given = await platform.server.patch(path, { webhook_url: url });
    expect(given.body.events).toEqual(cleared.body.events);
  });

  it('changing the URL to another valid one keeps the toggles', async () => {
    const changed = await platform.server.patch(path, { webhook_url: 'http://other.example.com/' });
    expect(changed.body).toMatchObject({
      webhook_url: 'http://other.example.com/',
      events: { ...untouched, ...configured.events },
    });
  });

  it.each<['put' | 'patch', object]>([
    ['put', { events: { run_failed: { send_webhook: true } } }],
    ['put', { webhook_url: null, events: { run_failed: { send_webhook: true } } }],
    ['patch', { webhook_url: null, events: { run_failed: { send_webhook: true } } }],
  ])('a toggle on without a URL is refused (%s %j)', (method, body) =>
    expectNoChange(async () => {
      expectProblem(await platform.server[method](path, body), 400, 'validation', [
        { pointer: '/events/run_failed/send_webhook', message: expect.stringContaining('webhook_url') },
      ]);
    }),
  );
});

describe.each(['put', 'patch'] as const)(
  'a %s that is not of the contract is refused, and changes nothing:',
  (method) => {
    it.each<[unknown, string]>([
      ['[]', ''],
      ['null', ''],
      [{ color: 'red' }, '/color'],
      [{ events: { run_succeeded: {} } }, '/events/run_succeeded'],
      [{ events: { run_failed: { send_email: true } } }, '/events/run_failed/send_email'],
      ['{"__proto__": {}}', '/__proto__'],
      ['{"events": {"__proto__": {}}}', '/events/__proto__'],
      [{ events: { constructor: {} } }, '/events/constructor'],
      [{ events: [] }, '/events'],
      [{ events: { run_failed: true } }, '/events/run_failed'],
      [
        { webhook_url: url, events: { run_failed: { send_webhook: 'true' } } },
        '/events/run_failed/send_webhook',
      ],
      [{ webhook_url: 7 }, '/webhook_url'],
      [{ account_id: 43 }, '/account_id'],
    ])('%j', (body, pointer) =>
      expectNoChange(async () => {
        expectProblem(await platform.server[method](path, body), 400, 'validation', [{ pointer }]);
      }),
    );
  },
);

it('a reader without settings:write sees the URL with its query masked, and cannot send it back', async () => {
  const reader = await platform.server.makeKey(['settings:read']);
  const seen = await platform.server.get(path, reader);
  expect(seen.body.webhook_url).toBe('https://hooks.example.com/in?***');
  expect(JSON.stringify(seen.body)).not.toContain('s3cret');
  const writer = await platform.server.makeKey(['settings:write']);
  expect((await platform.server.get(path, writer)).body.webhook_url).toBe(url);

  await expectNoChange(async () => {
    expectProblem(await platform.server.put(path, seen.body), 400, 'validation', [
      { pointer: '/webhook_url', message: expect.stringContaining('masked') },
    ]);
  });
});
