import fc from 'fast-check';
import { isLoopback, parseSmtpUrl, secretsOf } from './smtp-url.js';
import { defaultTimeouts, smtpPool } from './smtp-pool.js';

function read(text: string) {
  const parsed = parseSmtpUrl(text);
  if (!parsed.ok) throw new Error(parsed.problems[0]!.message);
  return parsed.value;
}

describe('SMTP_URL', () => {
  it.each([
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, secure: false, credentials: null }],
    ['smtps://mail.example.com/', { host: 'mail.example.com', port: 465, secure: true, credentials: null }],
    ['smtp://[::1]:2525', { host: '::1', port: 2525, secure: false, credentials: null }],
    [
      'smtp://a%40b.example:p%3A%2F%40@mail.example.com:25',
      {
        host: 'mail.example.com',
        port: 25,
        secure: false,
        credentials: { user: 'a@b.example', password: 'p:/@' },
      },
    ],
  ])('%s is read', (text, expected) => expect(read(text)).toEqual(expected));

  it.each([
    'mail.example.com',
    'http://operator:s3cret@mail.example.com',
    'smtp://',
    'smtp://operator:s3cret@:25',
    'smtp://operator:s3cret@mail.example.com:99999',
    'smtp://operator:s3cret@mail.example.com/path',
    'smtp://operator:s3cret@mail.example.com?proxy=http://elsewhere',
    'smtp://operator:s3cret%@mail.example.com',
  ])('%s is refused, and not repeated', (text) => {
    const parsed = parseSmtpUrl(text);
    expect(parsed).toMatchObject({ ok: false });
    expect(JSON.stringify(parsed)).not.toContain('s3cret');
  });

  it('holds any user and any password, percent-encoded', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(text, text, (user, password) => {
        const url = `smtp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@mail.example.com`;
        expect(read(url).credentials).toEqual({ user, password });
      }),
    );
  });
});

describe('a password', () => {
  it.each([
    ['smtp://u:p@mail.example.com', true],
    ['smtp://u:p@127.0.0.1', false],
    ['smtp://u:p@localhost', false],
    ['smtp://mail.example.com', false],
    // From the first byte on the connection is TLS already.
    ['smtps://u:p@mail.example.com', false],
    ['smtp://u:p@127.example.com', true],
  ])('to %s waits for STARTTLS: %s', (url, expected) => {
    expect(smtpPool(read(url), { timeouts: defaultTimeouts }).requireTLS).toBe(expected);
  });

  it('is known in the forms in which a server may repeat it', () => {
    const secrets = secretsOf(read('smtp://user:pa%20ss@mail.example.com'));
    expect(secrets).toContain('pa ss');
    expect(secrets).toContain(Buffer.from('\0user\0pa ss').toString('base64'));
    expect(secretsOf(read('smtp://mail.example.com'))).toEqual([]);
  });

  it('stays on this machine only where the host is a loopback address', () => {
    expect(isLoopback(read('smtp://127.9.9.9'))).toBe(true);
    expect(isLoopback(read('smtp://[::1]'))).toBe(true);
    expect(isLoopback(read('smtp://10.0.0.1'))).toBe(false);
  });
});
