import { pageAddress, readPagePath } from './page-path.js';

describe('where a portal link leads', () => {
  it.each([
    '/',
    '/company',
    '/deliveries',
    '/deliveries?status=failed&window=7d',
    '/?x=%2F%2Fevil',
    '/deliveries?',
  ])('may be %j', (path) => {
    const read = readPagePath(path);
    expect(read).toEqual({ ok: true, value: path.replace(/\?$/, '') });
  });

  it.each([
    '',
    'deliveries',
    '//evil.example.com',
    '//evil.example.com/deliveries',
    '/\\evil.example.com',
    '/\t/evil.example.com',
    '\t//evil.example.com',
    ' /company',
    '/company ',
    'https://evil.example.com/',
    'javascript:alert(1)',
    '/v1/accounts',
    '/portal/0',
    '/company/',
    '/../company',
    '/deliveries#x',
    '/deliveries?a=\r\nSet-Cookie: x',
    '/deliveries?a?b',
    '/deliveries?a=é',
    '/deliveries?a="',
    `/deliveries?${'a'.repeat(1_000)}`,
    42,
    {},
    ['/'],
  ])('may not be %j', (path) => {
    expect(readPagePath(path)).toMatchObject({ ok: false, problems: [{ pointer: '/to' }] });
  });

  it('names the account of the link, whatever the path says', () => {
    expect(pageAddress('/', 42)).toBe('/?account=42');
    expect(pageAddress('/deliveries?status=failed', 42)).toBe('/deliveries?account=42&status=failed');
    expect(pageAddress('/deliveries?account=7&status=failed', 42)).toBe(
      '/deliveries?account=42&status=failed',
    );
  });
});
