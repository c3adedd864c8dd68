/** What is answered without a database: nothing listens where DATABASE_URL leads. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { belfry, belfryFile, startBelfry } from './belfry.fixture.js';
import { belfryHere } from './command-here.fixture.js';

const environment = { DATABASE_URL: 'postgres://nobody:s3cret@127.0.0.1:1/nowhere' };
const run = (args: string) => belfry(args.split(' '), { environment });
const runHere = (args: string) => belfryHere(args.split(' '), { environment });

test.each(['--help', 'help events', 'accounts put --help', 'listen --help'])(
  '%s shows how it is used, with examples',
  async (args) => {
    const { code, out, err } = await runHere(args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Usage: belfry/);
    expect(out).toMatch(/Examples:\n {2}\$ .*belfry/);
  },
);

test.each([
  ['keys', 'Usage: belfry keys'],
  ['accounts get fortytwo', "not 'fortytwo'"],
  ['accounts list --limit 201', 'from 1 to 200'],
  ['accounts list --cursor nonsense', '--cursor'],
  ['deliveries list 42 --status lost', 'queued, sending'],
  ['events publish tenant_created --data {}', "missing: '--account <id>'"],
  ['events publish --data {}', "missing: <event_type>, '--account <id>'"],
  ['events publish nope --account 42 --data {}', "not 'nope'"],
  ['events publish tenant_created --account 42 --timestamp yesterday --data {}', 'RFC 3339'],
  ['events publish tenant_created --account 42 --environment a/b --data {}', '1 to 64 of'],
  ['deliveries list 42 --from today', 'RFC 3339'],
  ['event-types show nope', "not 'nope'"],
  ['accounts put', "missing: <account>, '--name <name>', '--contact-email <address>'"],
  ['accounts put 42 --contact-name Pat', "missing: '--name <name>', '--contact-email <address>'"],
  ['keys create Name', "missing: '--scope <scopes>'"],
  ['keys create Name --scope events:publish,lost', 'events:publish, accounts:write'],
  ['deliveries redeliver 42', '--status failed'],
  ['deliveries redeliver 42 --status failed', 'add --yes'],
  ['deliveries interrupt-queued', 'add --yes'],
  ['deliveries redeliver 42 019ab4e2-7c1d-7a53-9f0e-2b6d8c4e1f00 --channel email', 'not both'],
  ['webhook test 42 lost', "not 'lost'"],
  ['stats 42 --window 32d', 'at most 31d'],
  ['audit', '--platform'],
])('"%s" is wrong use, says what is wrong, and ends with 2', async (args, says) => {
  const { code, out, err } = await runHere(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(says);
});

test.each([
  ['acounts list', "unknown command 'acounts'", 'Did you mean accounts?'],
  ['acounts --help', "unknown command 'acounts'", 'Did you mean accounts?'],
  ['help acounts', "unknown command 'acounts'", 'Did you mean accounts?'],
  ['help accounts lst', "unknown command 'lst'", 'Did you mean list?'],
  ['accounts help lst', "unknown command 'lst'", 'Did you mean list?'],
  ['--versoin', "unknown option '--versoin'", 'Did you mean --version?'],
  ['accounts list --limi 3', "unknown option '--limi'", 'Did you mean --limit?'],
  // What is missing is there, mistyped. A value may be a secret.
  ['accounts put 42 --nam=s3cret --contact-email pat@a.example', "unknown option '--nam'", '--name?'],
  ['accounts list 42', "unexpected argument '42'", ''],
])('"%s" is refused by the word that was mistyped, with the one perhaps meant', async (args, ...says) => {
  const { code, out, err } = await runHere(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  for (const text of says) expect(err).toContain(text);
  expect(err).not.toContain('s3cret');
});

test.each([
  ['\u001b[31mx'],
  ['accounts', '\u001b[31mx'],
  ['accounts', 'list', '\u001b[31mx'],
  ['--\u001b[31mx'],
  ['accounts', 'list', '--\u001b[31mx'],
  ['accounts', 'list', '--limit', '\u001b[31mx'],
  ['accounts', 'get', '\u001b[31mx'],
  ['deliveries', 'get', '42', '\u001b[31mx'],
  ['deliveries', 'list', '42', '--status', '\u001b[31mx'],
  ['event-types', 'show', '\u001b[31mx'],
  ['completion', '\u001b[31mx'],
  ['help', '\u001b[31mx'],
])('a mistyped word that a terminal would obey is repeated with escapes: %j', async (...args) => {
  const { code, out, err } = await belfry(args, { environment });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).not.toContain('\u001b');
  expect(err).toContain('\\u001b[31mx');
});

test('help loads neither Nest nor a database', async () => {
  const hooks = `import { writeSync } from 'node:fs';
    export async function load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); }`;
  const register = `import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));`;
  const loaded = async (...args: string[]) => {
    const script = `data:text/javascript,${encodeURIComponent(register)}`;
    const { stderr } = spawnSync(process.execPath, ['--import', script, belfryFile, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...environment },
    });
    return stderr.split('\n');
  };
  const heavy = /@nestjs|typeorm|pglite|\/libs\/(nest|adapters)\//;
  expect((await loaded('--help')).filter((url) => heavy.test(url))).toEqual([]);
  expect((await loaded('event-types', 'list')).filter((url) => heavy.test(url))).not.toEqual([]);
});

test('wrong use ends the process of the command with 2', async () => {
  const { code, out, err } = await run('accounts lst');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('Did you mean list?');
});

test('a database that is away ends the command with 1, and no password is shown', async () => {
  const { code, out, err } = await run('accounts list');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^error: the database can't be reached/);
  expect(err).not.toContain('s3cret');
});

test('wrong settings of the process are named, and end the command with 78', async () => {
  const wrong = { ...environment, PORT: 'x' };
  const { code, err } = await belfryHere(['accounts', 'list'], { environment: wrong });
  expect(code).toBe(78);
  expect(err).toContain('PORT');
});

test('doctor names everything that is away, with what to do, and no secret', async () => {
  const { code, out, err } = await belfryHere(['doctor', '--json'], {
    environment: {
      ...environment,
      SMTP_URL: 'smtp://operator:s3cret@127.0.0.1:1',
      PUBLIC_URL: 'http://nobody.invalid',
    },
  });
  expect(code).toBe(1);
  expect(err).toMatch(/^error: 3 of \d checks failed\n$/);
  const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: Record<string, string>[] };
  const states = Object.fromEntries(checks.map(({ check, state }) => [check, state]));
  expect({ ok, states }).toEqual({
    ok: false,
    states: {
      'Node.js': 'ok',
      configuration: 'ok',
      database: 'wrong',
      'mail server': 'wrong',
      'mail sender': 'warning',
      'public URL': 'wrong',
    },
  });
  for (const { state, advice } of checks) expect(advice === null).toBe(state === 'ok');
  expect(out).not.toContain('s3cret');
});

test('event types are listed, and shown with their schema and an example', async () => {
  const [shown, people] = await Promise.all([
    runHere('event-types show run_failed --json'),
    runHere('event-types list'),
  ]);
  expect(JSON.parse(shown.out)).toMatchObject({
    key: 'run_failed',
    schema: { type: 'object' },
    example: { event_type: 'run_failed', api_link: 'https://api.example.com/runs/901' },
  });
  expect(people.out).toMatch(/^KEY +NAME +PUBLISHED WHEN\n/);
});

/** What is typed, and what is offered for its last word. */
const completions: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['belfry ev', ['events', 'event-types']],
  ['belfry keys r', ['revoke']],
  ['belfry settings set 42 --web', ['--webhook-url']],
  ['belfry deliveries list 42 --status s', ['sending', 'succeeded']],
  ['belfry deliveries re', ['redeliver']],
  ['belfry deliveries tail 42 --status i', ['interrupted']],
  ['belfry webhook t', ['test']],
  ['belfry audit --pl', ['--platform']],
  ['belfry po', ['portal-link']],
  ['belfry stats 42 --w', ['--window']],
  ['belfry doc', ['doctor']],
  ['npx belfry ev', ['events', 'event-types']],
  ['npx belfry deliveries list 42 --status s', ['sending', 'succeeded']],
];

/** How each shell is asked what it offers; zsh takes bash's completions by a layer of its own. */
const askers = {
  bash: (lines: readonly string[]) => `
    complete_line() {
      read -r -a COMP_WORDS <<< "$1"; COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _belfry; echo "\${COMPREPLY[*]}"
    }
    ${lines.map((line) => `complete_line '${line}'`).join('\n')}`,
  fish: (lines: readonly string[]) =>
    lines
      .map((line) => `echo (complete --do-complete '${line}' | string match -r '^\\S+' | sort)`)
      .join('\n'),
};

describe.each(Object.keys(askers) as (keyof typeof askers)[])('%s', (shell) => {
  const isThere = spawnSync(shell, ['-c', 'true']).error === undefined;
  (isThere ? it : it.skip)('completes commands, options, and the words that an option takes', async () => {
    const { code, out: script } = await run(`completion ${shell}`);
    expect(code).toBe(0);
    const asking = `${script}\n${askers[shell](completions.map(([line]) => line))}`;
    const child = spawn(shell, ['-c', asking], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    for await (const text of child.stdout.setEncoding('utf8')) out += text as string;
    const offered = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ').sort());
    expect(offered).toEqual(completions.map(([, words]) => [...words].sort()));
  });
});

test('bash offers nothing of belfry after another command of npx', async () => {
  const { out: script } = await run('completion bash');
  const asking = `${script}\n${askers.bash(['npx prettier ev', 'npx b'])}`;
  const child = spawn('bash', ['-c', asking], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  for await (const text of child.stdout.setEncoding('utf8')) out += text as string;
  expect(out).toBe('\n\n');
});

test('a reader that goes away after one line is no failure', async () => {
  const command = `"${process.execPath}" "${belfryFile}" event-types list --json | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const bash = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  bash.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  bash.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  await once(bash, 'close');
  expect({ out, err }).toEqual({ out: '{\n0\n', err: '' });
});

test('listen shows a webhook that is posted to it, and Ctrl-C ends it with 0', async () => {
  const listening = startBelfry(['listen', '--port', '0', '--status', '202', '--json'], { environment });
  let [out, remarks] = ['', ''];
  listening.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text));
  for await (const text of listening.stderr!.setEncoding('utf8')) {
    remarks += text as string;
    if (remarks.includes('WEBHOOK_ALLOWED_HOSTS=127.0.0.1:')) break;
  }
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(remarks)![0];
  const headers = { 'Content-Type': 'application/json', 'Webhook-Id': 'one' };
  const response = await fetch(`${url}in?token=1`, {
    method: 'POST',
    headers,
    body: '{"event_type":"run_failed"}',
  });
  expect(response.status).toBe(202);

  listening.kill('SIGINT');
  const [code] = (await once(listening, 'close')) as [number];
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    method: 'POST',
    path: '/in?token=1',
    headers: { 'Content-Type': 'application/json', 'Webhook-Id': 'one' },
    body: { event_type: 'run_failed' },
  });
});
