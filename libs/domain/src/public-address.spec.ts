import fc from 'fast-check';
import { isPublicAddress, readAddress, readRange, whyNotPublic } from './public-address.js';

/** First and last address of each non-public range, then the public neighbours, where there are any. */
const ipv4Ranges: readonly (readonly [
  range: string,
  first: string,
  last: string,
  neighbours: readonly string[],
])[] = [
  ['0.0.0.0/8', '0.0.0.0', '0.255.255.255', ['1.0.0.0']],
  ['10.0.0.0/8', '10.0.0.0', '10.255.255.255', ['9.255.255.255', '11.0.0.0']],
  ['100.64.0.0/10', '100.64.0.0', '100.127.255.255', ['100.63.255.255', '100.128.0.0']],
  ['127.0.0.0/8', '127.0.0.0', '127.255.255.255', ['126.255.255.255', '128.0.0.0']],
  ['169.254.0.0/16', '169.254.0.0', '169.254.255.255', ['169.253.255.255', '169.255.0.0']],
  ['172.16.0.0/12', '172.16.0.0', '172.31.255.255', ['172.15.255.255', '172.32.0.0']],
  ['192.0.0.0/24', '192.0.0.0', '192.0.0.255', ['191.255.255.255', '192.0.1.0']],
  ['192.0.2.0/24', '192.0.2.0', '192.0.2.255', ['192.0.1.255', '192.0.3.0']],
  ['192.31.196.0/24', '192.31.196.0', '192.31.196.255', ['192.31.195.255', '192.31.197.0']],
  ['192.52.193.0/24', '192.52.193.0', '192.52.193.255', ['192.52.192.255', '192.52.194.0']],
  ['192.88.99.0/24', '192.88.99.0', '192.88.99.255', ['192.88.98.255', '192.88.100.0']],
  ['192.168.0.0/16', '192.168.0.0', '192.168.255.255', ['192.167.255.255', '192.169.0.0']],
  ['192.175.48.0/24', '192.175.48.0', '192.175.48.255', ['192.175.47.255', '192.175.49.0']],
  ['198.18.0.0/15', '198.18.0.0', '198.19.255.255', ['198.17.255.255', '198.20.0.0']],
  ['198.51.100.0/24', '198.51.100.0', '198.51.100.255', ['198.51.99.255', '198.51.101.0']],
  ['203.0.113.0/24', '203.0.113.0', '203.0.113.255', ['203.0.112.255', '203.0.114.0']],
  ['224.0.0.0/4', '224.0.0.0', '239.255.255.255', ['223.255.255.255']],
  ['240.0.0.0/4', '240.0.0.0', '255.255.255.255', []],
];

const ipv6Ranges: typeof ipv4Ranges = [
  ['64:ff9b:1::/48', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff', []],
  ['100::/64', '100::', '100::ffff:ffff:ffff:ffff', []],
  ['100:0:0:1::/64', '100:0:0:1::', '100::1:ffff:ffff:ffff:ffff', []],
  ['below 2000::/3', '200::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['2000::']],
  ['2001::/23', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', ['2000:ffff::', '2001:200::']],
  [
    '2001:db8::/32',
    '2001:db8::',
    '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
    ['2001:db7:ffff::1', '2001:db9::'],
  ],
  ['2620:4f:8000::/48', '2620:4f:8000::', '2620:4f:8000:ffff::1', ['2620:4f:7fff::1', '2620:4f:8001::']],
  ['3fff::/20', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', ['3ffe:ffff::1', '3fff:1000::']],
  ['above 2000::/3', '4000::', 'fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['3fff:ffff::1']],
  ['5f00::/16', '5f00::', '5f00:ffff::', []],
  ['fc00::/7', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
  ['fe80::/10', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
  ['fec0::/10', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
  ['ff00::/8', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
];

describe('isPublicAddress', () => {
  it.each([...ipv4Ranges, ...ipv6Ranges])(
    'refuses %s from end to end, and no more',
    (_range, first, last, neighbours) => {
      expect(isPublicAddress(first)).toBe(false);
      expect(isPublicAddress(last)).toBe(false);
      expect(neighbours.filter(isPublicAddress)).toEqual(neighbours);
    },
  );

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '93.184.215.14',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    '[2606:4700::1]',
  ])('knows %s as public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '::',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1', // IPv4-translated, RFC 2765
    '64:ff9b::10.0.0.1',
    '2002:7f00:1::',
    '2002:c0a8:101::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2', // Teredo
    'fe80::1%eth0',
    'fd00:ec2::254',
  ])('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    '',
    'localhost',
    'example.com',
    '8.8.8',
    '8.8.8.8.8',
    '08.8.8.8',
    '0x8.8.8.8',
    '134744072',
    '8.8.8.256',
    '1::2::3',
    ' 8.8.8.8',
  ])('does not call %j a public address: it is not an address', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });

  it('judges an IPv4 address alike in every IPv6 form that leads to it', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const special = fc
      .constantFrom(...ipv4Ranges.flatMap(([, first, last, neighbours]) => [first, last, ...neighbours]))
      .map((address) => address.split('.').map(Number));
    fc.assert(
      fc.property(fc.oneof(fc.array(octet, { minLength: 4, maxLength: 4 }), special), (octets) => {
        const ipv4 = octets.join('.');
        const [high, low] = [octets.slice(0, 2), octets.slice(2)].map((pair) =>
          (pair[0]! * 256 + pair[1]!).toString(16),
        );
        const expected = isPublicAddress(ipv4);
        const forms = [
          `::ffff:${ipv4}`,
          `::ffff:${high}:${low}`,
          `::${ipv4}`,
          `64:ff9b::${ipv4}`,
          `2002:${high}:${low}::1`,
        ];
        expect(forms.map(isPublicAddress)).toEqual(forms.map(() => expected));
      }),
    );
  });

  it('says what a non-public address is', () => {
    expect(whyNotPublic(readAddress('127.0.0.1')!)).toBe('loopback (RFC 1122)');
    expect(whyNotPublic(readAddress('::1')!)).toBe('loopback (RFC 4291)');
    expect(whyNotPublic(readAddress('::ffff:169.254.169.254')!)).toBe('link-local (RFC 3927)');
    expect(whyNotPublic(readAddress('255.255.255.255')!)).toBe('broadcast (RFC 919)');
    expect(whyNotPublic(readAddress('8.8.8.8')!)).toBeNull();
  });
});

describe('readRange', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0', 8],
    ['10.1.2.3', '10.1.2.3', 32],
    ['fd00::/8', 'fd00::', 8],
    ['::1', '::1', 128],
    ['::ffff:10.0.0.0/104', '10.0.0.0', 8],
    ['0.0.0.0/0', '0.0.0.0', 0],
  ])('reads %s', (text, first, prefix) => {
    const range = readRange(text);
    expect([range?.[0].toString(), range?.[1]]).toEqual([first, prefix]);
  });

  it.each([
    '',
    '10/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/8x',
    'fd00::/129',
    'fe80::1%eth0/64',
    'localhost',
    '/8',
    '10.0.0.0/255.0.0.0',
  ])('answers null for %j', (text) => {
    expect(readRange(text)).toBeNull();
  });
});
