import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAuthorities } from './authorities.js';
import { selfSigned } from './certificates.fixture.js';
import { parseEhloName } from './ehlo-name.js';

describe('SMTP_EHLO_NAME', () => {
  it.each(['notify.example.com', 'localhost', 'xn--bcher-kva.example', '[192.0.2.1]', '[IPv6:2001:db8::1]'])(
    '%s is a name',
    (name) => expect(parseEhloName(name)).toEqual({ ok: true, value: name }),
  );

  it.each([
    '',
    'two words',
    'notify.example.com\r\nMAIL FROM:<x@example.com>',
    'bücher.example',
    '-a.example.com',
    'a..example.com',
    '192.0.2.1',
    '2001:db8::1',
    '[2001:db8::1]',
    '[IPv6:192.0.2.1]',
    '[300.0.0.1]',
    `${'a'.repeat(64)}.example.com`,
    `${'a.'.repeat(130)}example.com`,
  ])('%j is not one', (name) => expect(parseEhloName(name)).toMatchObject({ ok: false }));
});

describe('SMTP_CA_FILE', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'belfry-authorities-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const fileWith = async (text: string) => {
    const path = join(folder, 'authorities.pem');
    await writeFile(path, text);
    return path;
  };

  it('holds one certificate or more, and whatever else is in it is left out', async () => {
    const [first, second] = [await selfSigned(), await selfSigned()];
    const path = await fileWith(
      `# ours\r\n${first.cert}\n${first.key}\n${second.cert.replaceAll('\n', '\r\n')}`,
    );
    const read = readAuthorities(path);
    expect(read.ok && read.value.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(read.ok && read.value).not.toContain('PRIVATE KEY');
  });

  it.each([
    ['is not there', async () => join(folder, 'missing.pem'), "can't be read (ENOENT)"],
    ['is a folder', async () => folder, "can't be read (EISDIR)"],
    ['is empty', () => fileWith(''), 'without a certificate'],
    ['holds a key alone', async () => fileWith((await selfSigned()).key), 'without a certificate'],
    [
      'holds a broken certificate',
      async () => fileWith((await selfSigned()).cert.replace(/\n[A-Za-z0-9+/]{10}/, '\nAAAAAAAAAA')),
      "number 1 can't be read",
    ],
  ])('that %s is a problem that says so', async (_what, path, message) => {
    const read = readAuthorities(await path());
    expect(read.ok ? '' : read.problems[0]!.message).toContain(message);
  });
});
