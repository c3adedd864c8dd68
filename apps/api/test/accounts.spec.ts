import { expectProblem } from '@belfry/kit/expect-problem';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
const acme = {
  account_name: 'Acme Inc',
  primary_contact: { name: 'Pat Doe', email: 'pat@acme.example.com' },
};

describe('PUT /v1/accounts/{account_id}', () => {
  it('answers 201 and the account where it is new', async () => {
    const made = await platform.server.put('/v1/accounts/42', acme);
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      account_id: 42,
      ...acme,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: made.body.created_at,
    });
    expect((await platform.server.get('/v1/accounts/42')).body).toEqual(made.body);
  });

  it('answers 200 and replaces all but the time of creation where it is there', async () => {
    const before = (await platform.server.get('/v1/accounts/42')).body;
    const other = {
      account_name: 'Acme & Söhne',
      primary_contact: { name: null, email: 'Kim@acme.example.com' },
    };
    const replaced = await platform.server.put('/v1/accounts/42', other);
    expect(replaced.status).toBe(200);
    expect(replaced.body).toEqual({
      account_id: 42,
      ...other,
      created_at: before.created_at,
      updated_at: expect.any(String),
    });
    expect(Date.parse(replaced.body.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
    expect((await platform.server.get('/v1/accounts/42')).body).toEqual(replaced.body);
  });

  it('that says what stands already changes nothing: not the version, nor the time, nor the audit log', async () => {
    const before = await platform.server.get('/v1/accounts/42');
    const log = (await platform.server.get('/v1/accounts/42/audit-log')).body.entries;
    const { account_name, primary_contact } = before.body;
    const again = await platform.server.put('/v1/accounts/42', {
      account_name: ` ${account_name}`,
      primary_contact,
    });
    expect(again).toMatchObject({ status: 200, body: before.body });
    expect(again.headers.get('etag')).toBe(before.headers.get('etag'));
    expect((await platform.server.get('/v1/accounts/42/audit-log')).body.entries).toEqual(log);
  });

  it('takes a contact without a name, trims names and writes the domain in lower case', async () => {
    const contact = { email: 'Pat.Doe@ACME.Example.com' };
    const made = await platform.server.put('/v1/accounts/43', {
      account_name: '  Acme  ',
      primary_contact: contact,
    });
    expect(made.body).toMatchObject({
      account_name: 'Acme',
      primary_contact: { name: null, email: 'Pat.Doe@acme.example.com' },
    });
  });

  it.each([1, Number.MAX_SAFE_INTEGER])('takes the id %d', async (id) => {
    const made = await platform.server.put(`/v1/accounts/${id}`, { ...acme, account_name: 'x'.repeat(255) });
    expect(made).toMatchObject({ status: 201, body: { account_id: id, account_name: 'x'.repeat(255) } });
  });

  const contact = acme.primary_contact;
  it.each<[string, unknown, string[]]>([
    ['nothing in it', {}, ['/account_name', '/primary_contact']],
    ['an array', [], ['']],
    ['null', 'null', ['']],
    ['text', '"Acme"', ['']],
    ['no primary contact', { account_name: 'Acme' }, ['/primary_contact']],
    ['a primary contact of null', { ...acme, primary_contact: null }, ['/primary_contact']],
    [
      'a primary contact without an address',
      { ...acme, primary_contact: { name: 'Pat' } },
      ['/primary_contact/email'],
    ],
    ['an unknown field', { ...acme, plan: 'gold' }, ['/plan']],
    ['an unknown field with signs of pointers in it', { ...acme, 'a/b~c': 1 }, ['/a~1b~0c']],
    [
      'an unknown field of the contact',
      { ...acme, primary_contact: { ...contact, phone: '1' } },
      ['/primary_contact/phone'],
    ],
    [
      'a field by the name of a prototype',
      '{"account_name":"A","primary_contact":{"email":"a@example.com"},"__proto__":{}}',
      ['/__proto__'],
    ],
    ['the id in it', { account_id: 44, ...acme }, ['/account_id']],
    ['a number for a name', { ...acme, account_name: 7 }, ['/account_name']],
    ['an empty name', { ...acme, account_name: '' }, ['/account_name']],
    ['a blank name', { ...acme, account_name: ' \t ' }, ['/account_name']],
    ['a name of 256 characters', { ...acme, account_name: 'x'.repeat(256) }, ['/account_name']],
    [
      'a name with a line break',
      { ...acme, account_name: 'Acme\r\nBcc: all@example.com' },
      ['/account_name'],
    ],
    ['a name with a NUL', { ...acme, account_name: 'Ac\u0000me' }, ['/account_name']],
    [
      'a name with half a character',
      '{"account_name":"\\ud83d","primary_contact":{"email":"a@example.com"}}',
      ['/account_name'],
    ],
    [
      'a contact name of 256 characters',
      { ...acme, primary_contact: { ...contact, name: 'x'.repeat(256) } },
      ['/primary_contact/name'],
    ],
    ['a number for a contact', { ...acme, primary_contact: 7 }, ['/primary_contact']],
    ...[
      'pat',
      'pat@',
      'pat@acme',
      'pat@[192.0.2.1]',
      '"pat doe"@acme.example.com',
      'a@b.example, c@d.example',
      '',
      7,
      null,
    ].map((email): [string, unknown, string[]] => [
      `the address ${JSON.stringify(email)}`,
      { ...acme, primary_contact: { email } },
      ['/primary_contact/email'],
    ]),
    [
      'several faults at once',
      { account_name: 1, primary_contact: { email: 2 }, x: 3 },
      ['/account_name', '/primary_contact/email', '/x'],
    ],
  ])('refuses a body with %s, names the place, and stores nothing', async (_what, body, pointers) => {
    expectProblem(
      await platform.server.put('/v1/accounts/44', body),
      400,
      'validation',
      pointers.map((pointer) => ({ pointer })),
    );
    expectProblem(await platform.server.get('/v1/accounts/44'), 404, 'not-found');
  });

  it('leaves an account as it stands where its replacement is refused', async () => {
    const before = (await platform.server.get('/v1/accounts/42')).body;
    expect((await platform.server.put('/v1/accounts/42', { ...acme, account_name: '' })).status).toBe(400);
    expect((await platform.server.get('/v1/accounts/42')).body).toEqual(before);
  });
});

describe('an id that cannot be one', () => {
  it.each([
    '0',
    '-1',
    'abc',
    '1.5',
    '00042',
    '9007199254740992',
    '99999999999999999999',
    '4e1',
    '%2042',
    'x'.repeat(300),
  ])('%s is the id of no account, to read and to write', async (id) => {
    expectProblem(await platform.server.get(`/v1/accounts/${id}`), 404, 'not-found');
    expectProblem(await platform.server.put(`/v1/accounts/${id}`, acme), 404, 'not-found');
  });

  it('of an account that is not there is answered the same', async () => {
    expectProblem(await platform.server.get('/v1/accounts/77'), 404, 'not-found');
  });
});

describe('GET /v1/accounts', () => {
  it('answers every account once over its pages, in the order of ids', async () => {
    for (const id of [9, 100, 20, 7]) await platform.server.put(`/v1/accounts/${id}`, acme);
    const found: number[] = [];
    let cursor: string | null = '';
    let pages = 0;
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { status, body } = await platform.server.get(`/v1/accounts?limit=3${query}`);
      expect(status).toBe(200);
      found.push(...body.accounts.map((account: { account_id: number }) => account.account_id));
      cursor = body.next_cursor;
      pages += 1;
    }
    expect(found).toEqual([1, 7, 9, 20, 42, 43, 100, Number.MAX_SAFE_INTEGER]);
    expect(pages).toBe(3);
  });

  it('answers 50 where no limit is given, and up to 200', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, place) => platform.server.put(`/v1/accounts/${1000 + place}`, acme)),
    );
    const first = (await platform.server.get('/v1/accounts')).body;
    expect(first.accounts).toHaveLength(50);
    expect(first.next_cursor).toEqual(expect.any(String));
    const all = (await platform.server.get('/v1/accounts?limit=200')).body;
    expect(all.accounts).toHaveLength(68);
    expect(all.next_cursor).toBeNull();
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=ten', '/limit'],
    ['limit=', '/limit'],
    ['limit=5&limit=6', '/limit'],
    ['cursor=%00', '/cursor'],
    ['cursor=nonsense', '/cursor'],
    ['cursor=', '/cursor'],
    ['page=2', '/page'],
  ])('refuses ?%s and names the parameter', async (query, pointer) => {
    expectProblem(await platform.server.get(`/v1/accounts?${query}`), 400, 'validation', [{ pointer }]);
  });
});
