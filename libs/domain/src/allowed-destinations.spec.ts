import fc from 'fast-check';
import {
  isAllowedAddress,
  isAllowedEndpoint,
  parseAllowedDestinations,
  publicDestinationsOnly,
  type AllowedDestinations,
} from './allowed-destinations.js';

function allow(hosts: string, cidrs = ''): AllowedDestinations {
  const parsed = parseAllowedDestinations(hosts, cidrs);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

describe('parseAllowedDestinations', () => {
  it('opens nothing where both lists are empty', () => {
    expect(allow('', ' , ')).toEqual(publicDestinationsOnly);
  });

  it.each([
    ['Hooks.Internal', 'hooks.internal'],
    ['hooks.internal.', 'hooks.internal'],
    ['hooks.internal:80', 'hooks.internal:80'],
    ['hooks.internal:443', 'hooks.internal:443'],
    ['hooks.internal:08080', 'hooks.internal:8080'],
    ['bücher.internal', 'xn--bcher-kva.internal'],
    ['127.1:9000', '127.0.0.1:9000'],
    ['::1', '[::1]'],
    ['[0:0::1]', '[::1]'],
    ['[::1]:9000', '[::1]:9000'],
  ])('writes the host %s in the normal form %s', (entry, normal) => {
    expect([...allow(` ${entry} ,`).hosts]).toEqual([normal]);
  });

  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['FD00:0::1/8', 'fd00::/8'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ])('writes the range %s in the normal form %s', (entry, normal) => {
    expect(allow('', ` ${entry} ,`).cidrs).toEqual([normal]);
  });

  it.each([
    'http://hooks.internal',
    'hooks.internal/in',
    '*.internal',
    'a b',
    'user@host',
    'host:0',
    'host:65536',
    'host:x',
    ':80',
    '[::1',
    '300.1.1.1',
    '%6c',
    'fe80::1%eth0',
    '.',
  ])('names the bad host %j', (entry) => {
    const parsed = parseAllowedDestinations(`ok.internal, ${entry}`, '');
    expect(parsed.ok ? [] : parsed.problems).toEqual([
      { pointer: '/WEBHOOK_ALLOWED_HOSTS', message: expect.stringContaining(`"${entry}"`) },
    ]);
  });

  it('names every bad entry of both lists', () => {
    const parsed = parseAllowedDestinations('a/b,ok,c/d', '10/8,10.0.0.0/8,localhost');
    expect((parsed.ok ? [] : parsed.problems).map(({ pointer, message }) => [pointer, message])).toEqual([
      ['/WEBHOOK_ALLOWED_HOSTS', expect.stringContaining('"a/b"')],
      ['/WEBHOOK_ALLOWED_HOSTS', expect.stringContaining('"c/d"')],
      ['/WEBHOOK_ALLOWED_CIDRS', expect.stringContaining('"10/8"')],
      ['/WEBHOOK_ALLOWED_CIDRS', expect.stringContaining('"localhost"')],
    ]);
  });

  it('reads what it wrote as the same again', () => {
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(
        host,
        fc.option(fc.integer({ min: 1, max: 65_535 })),
        fc.ipV4(),
        fc.integer({ min: 0, max: 32 }),
        (name, port, ip, bits) => {
          const entry = port === null ? name : name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
          const once = allow(entry, `${ip}/${bits}`);
          expect(allow([...once.hosts].join(), once.cidrs.join())).toEqual(once);
        },
      ),
    );
  });
});

describe('isAllowedAddress', () => {
  it('lets through public addresses, and those in an allowed range alone', () => {
    const allowed = allow('', '10.1.0.0/16, fd00::/8');
    const asked = [
      '8.8.8.8',
      '10.1.2.3',
      '::ffff:10.1.2.3',
      '[fd00::1]',
      '10.2.0.1',
      '::ffff:10.2.0.1',
      '127.0.0.1',
      'fe80::1',
    ];
    expect(asked.filter((address) => isAllowedAddress(address, allowed))).toEqual(asked.slice(0, 4));
  });

  it('opens no IPv4 address by a tunnel that leads through somebody else', () => {
    const allowed = allow('', '10.0.0.0/8');
    expect(
      ['64:ff9b::10.0.0.1', '2002:a00:1::1', '::10.0.0.1'].filter((each) => isAllowedAddress(each, allowed)),
    ).toEqual([]);
  });

  it('opens no name, even where all addresses are allowed', () => {
    expect(isAllowedAddress('localhost', allow('', '0.0.0.0/0, ::/0'))).toBe(false);
  });

  it('keeps each list apart from the next', () => {
    expect(isAllowedAddress('10.0.0.1', allow('', '10.0.0.0/8'))).toBe(true);
    expect(isAllowedAddress('10.0.0.1', publicDestinationsOnly)).toBe(false);
    expect(isAllowedAddress('10.0.0.1', allow('', '10.0.0.2'))).toBe(false);
  });
});

describe('isAllowedEndpoint', () => {
  it.each([
    ['hooks.internal', 'http://hooks.internal:1234/in?q=1', true],
    ['hooks.internal', 'https://hooks.internal./in', true],
    ['hooks.internal', 'https://a.hooks.internal/in', false],
    ['hooks.internal:80', 'http://hooks.internal/in', true],
    ['hooks.internal:80', 'https://hooks.internal/in', false],
    ['hooks.internal:443', 'https://hooks.internal/in', true],
    ['hooks.internal:9000', 'https://hooks.internal:9000/in', true],
    ['hooks.internal:9000', 'https://hooks.internal:9001/in', false],
    ['::1', 'http://[::1]:3000/', true],
    ['127.0.0.1', 'http://2130706433/', true],
    ['127.0.0.1', 'http://localhost/', false],
  ])('with the host %s allowed, answers for %s: %p', (hosts, url, expected) => {
    expect(isAllowedEndpoint(new URL(url), allow(hosts))).toBe(expected);
  });

  it('opens a whole endpoint whatever its query, and nothing beside it', () => {
    const allowed = { ...publicDestinationsOnly, endpoints: ['http://127.0.0.1:3000/dev/endpoint'] };
    const asked = [
      'http://127.0.0.1:3000/dev/endpoint',
      'http://127.0.0.1:3000/dev/endpoint?token=1',
      'http://127.0.0.1:3000/dev/endpoint/',
      'http://127.0.0.1:3000/dev/mailbox',
      'http://127.0.0.1:3001/dev/endpoint',
      'https://127.0.0.1:3000/dev/endpoint',
    ];
    expect(asked.filter((url) => isAllowedEndpoint(new URL(url), allowed))).toEqual(asked.slice(0, 2));
  });
});
