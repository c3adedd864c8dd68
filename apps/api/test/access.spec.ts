import { scopes } from '@belfry/domain';
import type { Answer, SentHeaders } from '@belfry/kit/rest-client';
import { expectProblem } from '@belfry/kit/expect-problem';
import {
  accountFor,
  describedOperations,
  fillPath,
  type DescribedOperation,
} from './rest-operations.fixture.js';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
let operations: DescribedOperation[];
const event = {
  event_type: 'integration_created',
  environment: 'production',
  account_id: 42,
  data: { integration_id: 3, integration_name: 'CRM sync' },
};

beforeAll(async () => {
  for (const id of [42, 43]) await platform.server.makeAccount(id);
  operations = await describedOperations(platform.server);
});

/** Calls every operation that needs a key, and answers what each said. Ids in paths are of account 42, or of nothing. */
async function callAll(
  headers: (operation: DescribedOperation) => SentHeaders | Promise<SentHeaders>,
  which: (operation: DescribedOperation) => boolean = () => true,
): Promise<(readonly [operation: string, answer: Answer])[]> {
  const closed = operations.filter((operation) => operation.scopes.length > 0 && which(operation));
  expect(closed.length).toBeGreaterThan(0);
  return Promise.all(
    closed.map(async (operation) => {
      const { method, path } = operation;
      const answer = await platform.server.request(
        method,
        fillPath(path, accountFor(operation)),
        undefined,
        await headers(operation),
      );
      return [`${method} ${path}`, answer] as const;
    }),
  );
}
const statuses = (called: readonly (readonly [string, Answer])[]) =>
  called.map(([operation, { status }]) => `${operation} ${status}`);
/** The same for each operation. */
const allAnswer = (called: readonly (readonly [string, Answer])[], status: number) =>
  called.map(([operation]) => `${operation} ${status}`);

describe('every operation of the API', () => {
  it('that needs a key refuses a request without one', async () => {
    const called = await callAll(() => ({ authorization: undefined }));
    expect(called.length).toBeGreaterThan(15);
    expect(statuses(called)).toEqual(allAnswer(called, 401));
    for (const [, answer] of called) expectProblem(answer, 401, 'unauthorized');
  });

  it('that needs a key refuses one that is not known', async () => {
    const called = await callAll(() => ({ authorization: `Bearer belfry_${'0'.repeat(64)}` }));
    expect(statuses(called)).toEqual(allAnswer(called, 401));
  });

  it('refuses a key that has every scope but the ones it says it needs', async () => {
    const called = await callAll(
      ({ scopes: needed }) => platform.server.makeKey(scopes.filter((scope) => !needed.includes(scope))),
      // Any key will do for these.
      ({ scopes: needed }) => needed.length < scopes.length,
    );
    expect(statuses(called)).toEqual(allAnswer(called, 403));
    for (const [, answer] of called) expectProblem(answer, 403, 'forbidden');
  });

  it('lets through a key that has one of the scopes it says it needs, and no other', async () => {
    for (const scope of scopes) {
      const called = await callAll(
        () => platform.server.makeKey([scope]),
        // A link holds what its maker holds: of keys:write alone, nothing.
        ({ scopes: needed, path }) => needed.includes(scope) && !path.endsWith('/portal-links'),
      );
      expect(statuses(called).filter((line) => / 40[13]$/.test(line))).toEqual([]);
    }
  });

  it('on an account answers a key of another account as if there were none', async () => {
    const foreign = await platform.server.makeKey(scopes, 43);
    const called = await callAll(
      () => foreign,
      ({ path }) => path.includes('{account_id}'),
    );
    expect(statuses(called)).toEqual(allAnswer(called, 404));
    for (const [, answer] of called) expectProblem(answer, 404, 'not-found');
  });

  it('that needs no key is one of those that the contract names', () => {
    const open = operations.filter((operation) => operation.scopes.length === 0).map(({ path }) => path);
    // The session is a matter of its own cookie: it says whether there is one.
    expect(open.sort()).toEqual(['/health/live', '/health/ready', '/metrics', '/v1/session']);
  });
});

describe('an API key', () => {
  const make = (body: unknown, headers?: SentHeaders) => platform.server.post('/v1/api-keys', body, headers);

  it('is shown when it is made, and never again', async () => {
    const made = await make({
      name: ' Publisher ',
      account_id: 42,
      scopes: ['events:publish', 'events:publish'],
    });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      key_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      name: 'Publisher',
      account_id: 42,
      scopes: ['events:publish'],
      created_at: expect.stringMatching(/Z$/),
      last_used_at: null,
      key: expect.stringMatching(/^belfry_[0-9a-f]{64}$/),
    });
    const { key: secret, ...shown } = made.body;
    const listed = (await platform.server.get('/v1/api-keys')).body;
    expect(listed.api_keys[0]).toEqual(shown);
    expect(JSON.stringify(listed)).not.toContain(secret);
    expect(platform.server.output).not.toContain(secret);
  });

  it('is refused at once when it has been revoked, also where it was used a moment before', async () => {
    const { body } = await make({ name: 'Short-lived', scopes: ['settings:read'] });
    const headers = { authorization: `Bearer ${body.key}` };
    expect((await platform.server.get('/v1/accounts/42', headers)).status).toBe(200);
    expect((await platform.server.request('DELETE', `/v1/api-keys/${body.key_id}`)).status).toBe(204);
    expectProblem(await platform.server.get('/v1/accounts/42', headers), 401, 'unauthorized');
    expectProblem(await platform.server.request('DELETE', `/v1/api-keys/${body.key_id}`), 404, 'not-found');
    const listed = (await platform.server.get('/v1/api-keys?limit=200')).body.api_keys;
    expect(listed.map(({ key_id }: { key_id: string }) => key_id)).not.toContain(body.key_id);
  });

  it('shows when it was last used', async () => {
    const { body } = await make({ name: 'Used', scopes: ['settings:read'] });
    await platform.server.get('/v1/accounts/42', { authorization: `Bearer ${body.key}` });
    const [listed] = (await platform.server.get('/v1/api-keys?limit=1')).body.api_keys;
    expect(listed).toMatchObject({ key_id: body.key_id, last_used_at: expect.stringMatching(/Z$/) });
  });

  it.each<[unknown, string[]]>([
    [{}, ['/name', '/scopes']],
    [{ name: '', scopes: ['events:publish'] }, ['/name']],
    [{ name: 'x', scopes: [] }, ['/scopes']],
    [{ name: 'x', scopes: 'events:publish' }, ['/scopes']],
    [{ name: 'x', scopes: ['events:publish', 'everything'] }, ['/scopes/1']],
    [{ name: 'x', scopes: ['events:publish'], account_id: '42' }, ['/account_id']],
    [{ name: 'x', scopes: ['events:publish'], account_id: 99 }, ['/account_id']],
    [{ name: 'x', scopes: ['events:publish'], expires_at: null }, ['/expires_at']],
    [[], ['']],
  ])('is not made from %j', async (body, pointers) => {
    const before = (await platform.server.get('/v1/api-keys?limit=200')).body;
    expectProblem(
      await make(body),
      400,
      'validation',
      pointers.map((pointer) => ({ pointer })),
    );
    expect((await platform.server.get('/v1/api-keys?limit=200')).body).toEqual(before);
  });

  it('never gives more than its maker has', async () => {
    const maker = await platform.server.makeKey(['keys:write', 'settings:read']);
    expect((await make({ name: 'Less', scopes: ['settings:read'] }, maker)).status).toBe(201);
    const more = { name: 'More', scopes: ['settings:read', 'settings:write'] };
    expectProblem(await make(more, maker), 400, 'validation', [{ pointer: '/scopes/1' }]);
  });
});

describe('a key that is bound to an account', () => {
  let bound: SentHeaders;
  beforeAll(async () => {
    bound = await platform.server.makeKey(scopes, 42);
  });

  it('reaches that account', async () => {
    expect((await platform.server.get('/v1/accounts/42/notification-settings', bound)).status).toBe(200);
    expect((await platform.server.post('/v1/events', event, bound)).status).toBe(202);
  });

  it('lists that account alone', async () => {
    const { body } = await platform.server.get('/v1/accounts', bound);
    expect(body.accounts.map(({ account_id }: { account_id: number }) => account_id)).toEqual([42]);
  });

  it('publishes for no other: the answer is that of an account that is not there, and nothing is stored', async () => {
    const other = await platform.server.post('/v1/events', { ...event, account_id: 43 }, bound);
    const none = await platform.server.post('/v1/events', { ...event, account_id: 99 }, bound);
    expectProblem(other, 404, 'not-found');
    expect(other.body).toEqual(none.body);
    const batch = await platform.server.post(
      '/v1/events/batch',
      { events: [{ ...event, account_id: 43 }, event] },
      bound,
    );
    expect(batch.body.results.map(({ status }: Answer) => status)).toEqual([404, 202]);
    expect((await platform.server.get('/v1/accounts/43/events')).body.events).toEqual([]);
  });

  it('makes, sees and revokes keys of that account alone', async () => {
    const foreign = await platform.server.post('/v1/api-keys', {
      name: 'Of 43',
      account_id: 43,
      scopes: ['settings:read'],
    });
    const ask = (account_id?: number | null) =>
      platform.server.post('/v1/api-keys', { name: 'New', account_id, scopes: ['settings:read'] }, bound);
    for (const account of [43, null, undefined]) {
      expectProblem(await ask(account), 400, 'validation', [{ pointer: '/account_id' }]);
    }
    expect((await ask(42)).status).toBe(201);

    const { api_keys } = (await platform.server.get('/v1/api-keys?limit=200', bound)).body;
    expect(new Set(api_keys.map((listed: { account_id: number }) => listed.account_id))).toEqual(
      new Set([42]),
    );
    const path = `/v1/api-keys/${foreign.body.key_id}`;
    expectProblem(await platform.server.request('DELETE', path, undefined, bound), 404, 'not-found');
    const authorization = `Bearer ${foreign.body.key}`;
    expect((await platform.server.get('/v1/accounts/43', { authorization })).status).toBe(200);
  });
});
