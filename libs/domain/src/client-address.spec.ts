import fc from 'fast-check';
import { clientAddress, clientBlock, parseTrustedProxies, type TrustedProxies } from './client-address.js';

function trusting(list: string): TrustedProxies {
  const read = parseTrustedProxies('TRUST_PROXY', list);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

describe('the address of a client', () => {
  it.each<[string, string, string | undefined, string, string]>([
    ['that comes directly', '203.0.113.7', undefined, '', '203.0.113.7'],
    ['that comes directly and names another', '203.0.113.7', '198.51.100.1', '', '203.0.113.7'],
    [
      'that comes directly by IPv4 to a socket of IPv6',
      '::ffff:203.0.113.7',
      undefined,
      '10.0.0.0/8',
      '203.0.113.7',
    ],
    ['that no trusted proxy passed on', '203.0.113.7', '198.51.100.1', '10.0.0.0/8', '203.0.113.7'],
    ['behind one proxy', '10.0.0.1', '198.51.100.1', '10.0.0.0/8', '198.51.100.1'],
    ['behind two', '10.0.0.1', '198.51.100.1, 10.9.9.9', '10.0.0.0/8', '198.51.100.1'],
    ['that put another before its own', '10.0.0.1', '1.1.1.1, 198.51.100.1', '10.0.0.1', '198.51.100.1'],
    [
      'that put a trusted one before its own',
      '10.0.0.1',
      '10.0.0.9, 198.51.100.1',
      '10.0.0.0/8',
      '198.51.100.1',
    ],
    ['that is itself among the trusted', '10.0.0.1', '10.0.0.3', '10.0.0.0/8', '10.0.0.3'],
    ['whose proxy names none', '10.0.0.1', undefined, '10.0.0.0/8', '10.0.0.1'],
    ['whose proxy names an empty one', '10.0.0.1', '', '10.0.0.0/8', '10.0.0.1'],
    ['whose proxy names what is no address', '10.0.0.1', '198.51.100.1, unknown', '10.0.0.0/8', '10.0.0.1'],
    ['with a port', '10.0.0.1', '198.51.100.1:4711', '10.0.0.0/8', '198.51.100.1'],
    ['of IPv6 with a port', '::1', '[2001:db8::1]:4711', '::1', '2001:db8::1'],
    ['of IPv4 as IPv6 names it', '::ffff:10.0.0.1', '::ffff:198.51.100.1', '10.0.0.0/8', '198.51.100.1'],
    ['of IPv6 with a zone', 'fe80::1%eth0', '2001:db8::1', 'fe80::/10', '2001:db8::1'],
  ])('%s', (_who, peer, header, trusted, expected) => {
    expect(clientAddress(peer, header, trusting(trusted))).toBe(expected);
  });

  it('is never one that the client itself named, whatever it named', () => {
    const texts = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant('10.0.0.2')), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(texts, (named) => {
        const header = [...named, '198.51.100.1'].join(', ');
        expect(clientAddress('10.0.0.1', header, trusting('10.0.0.0/8'))).toBe('198.51.100.1');
      }),
    );
  });
});

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::9', '2001:db8:1:3::/64'],
  ['::1', '::/64'],
])('%s counts as %s', (address, block) => {
  expect(clientBlock(address)).toBe(block);
});

it.each(['10.0.0.1', ' 10.0.0.0/8 , fd00::/8,', '::1', '', '::ffff:10.0.0.0/104'])('trusts %j', (list) => {
  expect(parseTrustedProxies('TRUST_PROXY', list).ok).toBe(true);
});

it.each([
  ['loopback', /"loopback" is neither/],
  ['10.0.0.0/33', /is neither/],
  ['10.0.0.1:80', /is neither/],
  ['true', /is neither/],
  ['10.0.0.1, proxy.example.com', /"proxy.example.com" is neither/],
  ['0.0.0.0/0', /all addresses/],
  ['::/0', /all addresses/],
])('does not trust %j', (list, message) => {
  expect(parseTrustedProxies('TRUST_PROXY', list)).toMatchObject({
    ok: false,
    problems: [{ pointer: '/TRUST_PROXY', message: expect.stringMatching(message) }],
  });
});
