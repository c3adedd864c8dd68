import type { Finished } from './belfry.fixture.js';
import { belfryHere } from './command-here.fixture.js';
import { createEmptyDatabase, type EmptyDatabase } from '@belfry/kit/databases';

let database: EmptyDatabase;
const run = (...args: string[]): Promise<Finished> =>
  belfryHere(args, { environment: { DATABASE_URL: database.url } });
const answer = ({ out }: Finished) => JSON.parse(out) as Record<string, unknown>;

beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.drop());

test('migrate says which migrations it applied, and the second time that none was missing', async () => {
  const first = await run('migrate', '--json');
  expect(first).toMatchObject({ code: 0, err: '' });
  const { applied } = answer(first) as { applied: string[] };
  expect(applied.length).toBeGreaterThan(0);
  expect(await database.one('SELECT count(*)::int FROM migrations')).toBe(applied.length);

  expect(await run('migrate')).toEqual({ code: 0, out: 'No migrations were missing.\n', err: '' });
});

test('an account is put, shown with the fields of REST, and listed in columns that line up', async () => {
  const put = await run(
    'accounts',
    'put',
    '42',
    '--name',
    '株式会社',
    '--contact-email',
    'pat@acme.example.com',
    '--json',
  );
  expect(put).toMatchObject({ code: 0, err: '' });
  const account = answer(put);
  expect(Object.keys(account)).toEqual([
    'account_id',
    'account_name',
    'primary_contact',
    'created_at',
    'updated_at',
  ]);

  const [got, list] = await Promise.all([run('accounts', 'get', '42', '--json'), run('accounts', 'list')]);
  expect(answer(got)).toEqual(account);
  expect(list.code).toBe(0);
  expect(list.out).toMatch(/^ACCOUNT {2}NAME +PRIMARY CONTACT/);
});

test('a name that would turn the text on the screen round is written with escapes, in tables and in JSON', async () => {
  const name = 'moc.elpmaxe\u202e \u2066x';
  await run('accounts', 'put', '44', '--name', name, '--contact-email', 'pat@acme.example.com');
  const shown = await Promise.all([
    run('accounts', 'get', '44', '--json'),
    run('accounts', 'get', '44'),
    run('accounts', 'list', '--json'),
    run('accounts', 'list'),
  ]);
  for (const { code, out } of shown) {
    expect(code).toBe(0);
    expect(out).toContain('moc.elpmaxe\\u202e \\u2066x');
    expect(out).not.toMatch(/[\u202e\u2066]/);
  }
  expect(answer(shown[0])['account_name']).toBe(name);
});

test('what is wrong with an option is named by the option, and ends with 2; what is stored ends it with 1', async () => {
  const put = await run(
    ...['accounts', 'put', '45', '--name', ' ', '--contact-email', 'pat', '--contact-name', '\t'],
  );
  expect(put).toMatchObject({ code: 2, out: '' });
  expect(put.err).toMatch(
    /^error: .*\n {2}--name +must be .*\n {2}--contact-name +must be .*\n {2}--contact-email +must be/,
  );

  await run('accounts', 'put', '45', '--name', 'Acme', '--contact-email', 'pat@acme.example.com');
  const set = await run(
    ...[
      'settings',
      'set',
      '45',
      '--webhook-url',
      'http://127.0.0.1:4000/',
      '--subscribers',
      'run_failed=pat',
    ],
  );
  expect(set).toMatchObject({ code: 2, out: '' });
  expect(set.err).toMatch(/\n {2}--webhook-url +must point at .*WEBHOOK_ALLOWED_HOSTS/);
  expect(set.err).toMatch(/\n {2}--subscribers run_failed +must be email addresses/);

  const on = await run('settings', 'set', '45', '--on', 'run_failed');
  expect(on).toMatchObject({ code: 1, out: '' });
  expect(on.err).toMatch(/\n {2}--on run_failed +can be true only while webhook_url is set/);

  const key = await run('keys', 'create', ' ', '--scope', 'events:publish,settings:read');
  expect(key).toMatchObject({ code: 2, out: '' });
  expect(key.err).toMatch(/\n {2}<name> +must be/);
  const nobodys = await run('keys', 'create', 'Name', '--account', '999', '--scope', 'events:publish');
  expect(nobodys).toMatchObject({ code: 1, out: '', err: 'error: there is no such account\n' });
  const made = await run('keys', 'create', 'Name', '--scope', 'events:publish, settings:read', '--json');
  expect(answer(made)['scopes']).toEqual(['events:publish', 'settings:read']);
});

test('settings are changed in part, only in the version asked for, and the secret of the URL is not on the screen', async () => {
  await run('accounts', 'put', '43', '--name', 'Acme', '--contact-email', 'pat@acme.example.com');
  const set = await run(
    ...['settings', 'set', '43', '--webhook-url', 'https://hooks.example.com/in?token=s3cret'],
    ...[
      '--on',
      'run_failed,tenant_created',
      '--subscribers',
      'run_failed=a@acme.example.com,b@acme.example.com',
    ],
  );
  expect(set).toMatchObject({ code: 0, err: '' });
  expect(set.out).not.toContain('s3cret');
  expect(set.out).toMatch(/run_failed +on +a@acme\.example\.com, b@acme\.example\.com/);
  const version = /version +(\d+)/.exec(set.out)![1]!;

  const [shown, stale] = await Promise.all([
    run('settings', 'get', '43', '--show-secrets'),
    run('settings', 'set', '43', '--off', 'all', '--if-match', '999'),
  ]);
  expect(shown.out).toContain('token=s3cret');
  const [masked, whole] = await Promise.all([
    run('settings', 'get', '43', '--json'),
    run('settings', 'get', '43', '--json', '--show-secrets'),
  ]);
  expect(answer(masked)['webhook_url']).toBe('https://hooks.example.com/in?***');
  expect(answer(whole)['webhook_url']).toBe('https://hooks.example.com/in?token=s3cret');
  expect(stale).toMatchObject({ code: 1, out: '' });
  expect(stale.err).toContain(`version ${version}`);

  const off = await run('settings', 'set', '43', '--off', 'tenant_created', '--if-match', version, '--json');
  expect(answer(off)).toMatchObject({
    webhook_url: 'https://hooks.example.com/in?***',
    events: { run_failed: { send_webhook: true }, tenant_created: { send_webhook: false } },
  });

  const refused = await run(
    'settings',
    'replace',
    '43',
    '--data',
    '{"events":{"run_failed":{"send_webhook":true}}}',
  );
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('/events/run_failed/send_webhook');
  const replaced = await run('settings', 'replace', '43', '--data', '{}', '--json');
  expect(answer(replaced)).toMatchObject({
    webhook_url: null,
    events: { run_failed: { send_webhook: false } },
  });
});

test('a key is shown when it is made and at no other time, and is revoked by its id', async () => {
  const made = answer(await run('keys', 'create', 'Platform', '--scope', 'events:publish', '--json'));
  expect(made).toMatchObject({ name: 'Platform', account_id: null, scopes: ['events:publish'] });
  const list = await run('keys', 'list');
  expect(list.out).toContain(made['key_id']);
  expect(list.out).not.toContain(made['key']);

  expect((await run('keys', 'revoke', made['key_id'] as string)).code).toBe(0);
  expect(await run('keys', 'revoke', made['key_id'] as string)).toEqual({
    code: 1,
    out: '',
    err: 'error: there is no such API key\n',
  });
});

test('seed makes the sample account with a key once', async () => {
  const [first, second] = [answer(await run('seed', '--json')), answer(await run('seed', '--json'))];
  expect(first).toMatchObject({ account_id: 1000, key: expect.stringMatching(/^belfry_/) as string });
  expect(second).toMatchObject({ account_id: 1000, key: null });
});

/** Runs a command whose arguments hold no spaces. */
const line = (text: string): Promise<Finished> => run(...text.split(' '));

test('an account is erased when its id is typed or --yes is given, and otherwise stays', async () => {
  expect((await line('accounts put 77 --name Gone --contact-email pat@gone.example.com')).code).toBe(0);
  const unasked = await line('accounts delete 77');
  expect(unasked.code).toBe(2);
  expect(unasked.err).toMatch(/add --yes/);
  expect((await line('accounts get 77')).code).toBe(0);
  expect(answer(await line('accounts delete 77 --yes --json'))).toEqual({ account_id: 77, erased: true });
  expect(await line('accounts get 77')).toMatchObject({ code: 1, err: 'error: there is no such account\n' });
  expect(await line('accounts delete 77 --yes')).toMatchObject({
    code: 1,
    err: 'error: there is no such account\n',
  });
  // The operator still sees what was done, and nothing of whom.
  const audit = await line('audit 77');
  expect(audit.out).toMatch(/operator cli +account\.erased/);
  expect(audit.out).not.toContain('gone.example.com');
  expect((await line('accounts put 77 --name New --contact-email pat@new.example.com')).code).toBe(0);
});

test("a person's address is erased from an account, and the primary contact's is refused", async () => {
  expect((await line('accounts put 78 --name Acme --contact-email pat@acme.example.com')).code).toBe(0);
  expect(
    (await line('settings set 78 --subscribers run_failed=ada@people.example,bob@people.example')).code,
  ).toBe(0);
  expect((await line('accounts forget 78 ADA@people.example')).out).toBe('The address was erased.\n');
  const settings = await line('settings get 78');
  expect(settings.out).toContain('bob@people.example');
  expect(settings.out).not.toContain('ada@');
  const contact = await line('accounts forget 78 pat@acme.example.com');
  expect(contact).toMatchObject({ code: 1 });
  expect(contact.err).toMatch(/primary contact.*accounts put/);
  expect((await line('accounts forget 78 nobody')).code).toBe(1);
  expect((await line('accounts forget 404 ada@people.example')).err).toBe(
    'error: there is no such account\n',
  );
});
