import fc from 'fast-check';
import {
  parseAllowedDestinations,
  publicDestinationsOnly,
  type AllowedDestinations,
} from './allowed-destinations.js';
import { maskQueryValues, maskWebhookUrl } from './masked-url.js';
import { parseWebhookUrl } from './webhook-url.js';

function parse(text: string, allowed: AllowedDestinations = publicDestinationsOnly): string {
  const parsed = parseWebhookUrl(text, allowed);
  return parsed.ok ? parsed.value : `refused: ${parsed.problems.map(({ message }) => message).join()}`;
}

function allow(hosts: string, cidrs = ''): AllowedDestinations {
  const parsed = parseAllowedDestinations(hosts, cidrs);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

const long = (length: number) => `https://hooks.example.com/${'x'.repeat(length - 26)}`;

describe('a URL that an endpoint can have', () => {
  it.each([
    ['https://hooks.example.com/in?token=s3cret', 'https://hooks.example.com/in?token=s3cret'],
    ['http://example.com', 'http://example.com/'],
    [' \t\r\nHTTPS://Hooks.Example.COM:443/In\n', 'https://hooks.example.com/In'],
    ['https://hooks.example.com:8443/', 'https://hooks.example.com:8443/'],
    ['https://bücher.example/ä', 'https://xn--bcher-kva.example/%C3%A4'],
    ['https://hooks.example.com./', 'https://hooks.example.com./'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://[2606:4700::1111]/', 'https://[2606:4700::1111]/'],
    ['https://notlocalhost.com/', 'https://notlocalhost.com/'],
    ['https://localhost.example.com/', 'https://localhost.example.com/'],
    ['https://example.com/?q=***&r=1', 'https://example.com/?q=***&r=1'],
    ['https://example.com/%23', 'https://example.com/%23'],
    [long(2048), long(2048)],
  ])('%j is kept as %j', (given, kept) => {
    expect(parse(given)).toBe(kept);
  });
});

describe('a URL that an endpoint cannot have', () => {
  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['hooks.example.com/in', 'complete'],
    ['/in', 'complete'],
    ['https://', 'complete'],
    ['https://a b.example/', 'complete'],
    ['https://example.com:65536/', 'complete'],
    ['https://[::1%25eth0]/', 'complete'],
    ['ftp://example.com/', 'http or https'],
    ['javascript:alert(1)', 'http or https'],
    ['file:///etc/passwd', 'http or https'],
    ['https://user:secret@example.com/', 'user name'],
    ['https://user@example.com/', 'user name'],
    ['https://example.com/#top', 'fragment'],
    ['https://example.com/#', 'fragment'],
    ['https://example.com:0/', 'port from 1'],
    ['https://exam\nple.com/', 'line breaks'],
    ['https://example.com/a\tb', 'line breaks'],
    ['https://example.com/\ud83d', 'broken characters'],
    ['https://example.com/in?***', 'whole URL'],
    ['https://example.com/in?token=***', 'whole URL'],
    ['https://example.com/in?a=***&***', 'whole URL'],
    [long(2049), 'at most 2048 characters long, but is 2049'],
    [`https://example.com/${'ä'.repeat(400)}`, 'at most 2048 characters long, but is 2420'],
    ['http://localhost/', 'loopback'],
    ['http://LOCALHOST.:3000/', 'loopback'],
    ['http://a.b.localhost/', 'loopback'],
    ['http://printer.local/', 'multicast DNS'],
    ['http://metadata.google.internal/', 'private networks'],
    ['http://internal./', 'private networks'],
    ['http://nas.home.arpa/', 'home networks'],
    ['http://intranet/', 'without a domain'],
    ['http://intranet./', 'without a domain'],
    ['http://a..example.com/', 'empty part'],
    ['http://localhost../', 'empty part'],
    ['http://./', 'empty part'],
    ['http://169.254.169.254/latest/meta-data', 'link-local'],
    ['http://[::ffff:169.254.169.254]/', 'link-local'],
    ['http://[::]/', 'unspecified'],
    ['http://[::1]:3000/', 'loopback'],
    ['http://[64:ff9b::7f00:1]/', 'loopback'],
    ['http://[2002:7f00:1::]/', 'loopback'],
    ['http://[::7f00:1]/', 'loopback'],
    ['http://[fd00:ec2::254]/', 'unique local'],
  ])('%j is refused: %s', (given, reason) => {
    const parsed = parseWebhookUrl(given, publicDestinationsOnly);
    expect(parsed.ok ? parsed.value : parsed.problems).toEqual([
      { pointer: '', message: expect.stringMatching(/^must /) },
    ]);
    expect(parse(given)).toContain(reason);
  });

  it('hides no non-public IPv4 address behind any spelling that the URL parser knows', () => {
    const fullWidth = (text: string) =>
      [...text]
        .map((sign) => (sign === '.' ? '．' : String.fromCodePoint(0xfee0 + sign.codePointAt(0)!)))
        .join('');
    const octet = fc.integer({ min: 0, max: 255 });
    const nonPublic = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127, 224, 240, 255), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    );
    fc.assert(
      fc.property(nonPublic, fc.constantFrom('http', 'https'), ([a, b, c, d], scheme) => {
        const dotted = `${a}.${b}.${c}.${d}`;
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const spellings = [
          dotted,
          `${dotted}.`,
          `${a}.${b}.${c * 256 + d}`,
          `${a}.${(b * 256 + c) * 256 + d}`,
          String(number),
          `0x${number.toString(16)}`,
          `0${number.toString(8)}`,
          `0x${a.toString(16)}.0${b.toString(8)}.${c}.${d}`,
          fullWidth(dotted),
          [...dotted].map((sign) => `%${sign.codePointAt(0)!.toString(16)}`).join(''),
          `[::ffff:${dotted}]`,
          `[::${dotted}]`,
        ];
        expect(
          spellings
            .map((host) => parse(`${scheme}://${host}:8080/in`))
            .filter((each) => !each.startsWith('refused: must point at')),
        ).toEqual([]);
      }),
    );
  });

  it('never shows its query in a problem', () => {
    const wrong = fc.constantFrom(
      'http://localhost/',
      'https://u:p@example.com/',
      'ftp://example.com/',
      'https://example.com:0/',
      'exa mple/',
      long(2049),
      'https://example.com/\n',
      'http://10.0.0.1/',
    );
    fc.assert(
      fc.property(wrong, fc.uuid(), fc.constantFrom('', '#f'), (url, secret, end) => {
        const answer = parse(`${url}?token=${secret}${end}`);
        expect(answer).toMatch(/^refused: must/);
        expect(answer).not.toContain(secret);
      }),
    );
  });
});

describe('what the operator allows', () => {
  it.each([
    ['hooks.internal', '', 'http://hooks.internal/in'],
    ['intranet:8080', '', 'http://intranet:8080/in'],
    ['localhost', '', 'http://localhost:3000/in'],
    ['::1', '', 'http://[::1]/in'],
    ['', '10.0.0.0/8', 'http://10.1.2.3/in'],
    ['', '10.0.0.0/8', 'http://167838211/in'],
    ['', '10.0.0.0/8', 'http://[::ffff:a01:203]/in'],
    ['', '127.0.0.0/8', 'http://localhost:3000/in'],
    ['', '127.0.0.1', 'http://localhost.:3000/in'],
    ['', '::1/128', 'http://localhost:3000/in'],
  ])('hosts "%s", ranges "%s": %s is valid', (hosts, cidrs, url) => {
    expect(parse(url, allow(hosts, cidrs))).not.toContain('refused');
    expect(parse(url)).toContain('refused: must point at a public address');
  });

  it.each([
    ['intranet:8080', '', 'http://intranet/in'],
    ['intranet', '', 'http://other/in'],
    ['127.0.0.1', '', 'http://localhost/in'],
    ['', '127.0.0.2', 'http://localhost/in'],
    ['', '127.0.0.0/8', 'http://a.localhost/in'],
    ['', '0.0.0.0/0', 'http://hooks.internal/in'],
    ['', '10.0.0.0/8', 'http://[64:ff9b::a00:1]/in'],
    ['', '10.0.0.0/8', 'http://11.0.0.1:0/in'],
  ])('hosts "%s", ranges "%s": %s stays refused', (hosts, cidrs, url) => {
    expect(parse(url, allow(hosts, cidrs))).toContain('refused');
  });

  it('never opens anything but http and https, nor user info, nor a fragment', () => {
    const allowed = allow('localhost', '0.0.0.0/0');
    for (const url of [
      'ftp://localhost/',
      'http://u@localhost/',
      'http://localhost/#x',
      'http://localhost:0/',
    ]) {
      expect(parse(url, allowed)).toContain('refused');
    }
  });
});

describe('any text', () => {
  const anyUrl = fc.oneof(
    fc.webUrl({
      withQueryParameters: true,
      withFragments: true,
      authoritySettings: { withPort: true, withIPv4: true, withIPv6: true },
    }),
    fc.string(),
    fc.string({ unit: 'binary' }).map((text) => `https://example.com/${text}`),
  );

  it('reads as the same again once it has been read, and is http or https without fragment or user info', () => {
    fc.assert(
      fc.property(anyUrl, (text) => {
        const parsed = parseWebhookUrl(text, publicDestinationsOnly);
        if (!parsed.ok) return;
        expect(parse(parsed.value)).toBe(parsed.value);
        expect(parsed.value).toMatch(/^https?:\/\/[^#@]+(?:[/?][^#]*)?$/);
        expect(parsed.value.length).toBeLessThanOrEqual(2048);
      }),
      { numRuns: 500 },
    );
  });

  it('is never read where it is what a reader sees instead of a URL with a query', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.webQueryParameters(), (url, query) => {
        const whole = `${url}?${query}`;
        expect(parse(maskWebhookUrl(whole))).toContain('refused');
        expect(parse(maskQueryValues(whole))).toContain('refused');
      }),
    );
  });
});
