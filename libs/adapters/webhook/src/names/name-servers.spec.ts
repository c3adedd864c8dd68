import { promises } from 'node:dns';
import { parseNameServers } from './name-servers.js';

describe('a list of name servers', () => {
  it.each([
    ['192.0.2.53', ['192.0.2.53']],
    [' 192.0.2.53:5353 , [2001:db8::53]:53,', ['192.0.2.53:5353', '[2001:db8::53]:53']],
    ['2001:db8::53,[2001:db8::54]', ['2001:db8::53', '[2001:db8::54]']],
  ])('%s is read, and Node takes it', (list, servers) => {
    expect(parseNameServers(list)).toEqual({ ok: true, value: servers });
    expect(() => new promises.Resolver().setServers(servers)).not.toThrow();
  });

  it.each([
    'dns.example.com',
    '192.0.2.53:0',
    '192.0.2.53:70000',
    '[192.0.2.53]',
    '192.0.2',
    '1.1.1.1;',
    '[::1',
  ])('%s is refused by its name', (entry) => {
    const parsed = parseNameServers(`192.0.2.53, ${entry}`);
    expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining(`"${entry}" is not one`),
    ]);
  });

  it('without any is refused', () => {
    expect(parseNameServers(' , ').ok).toBe(false);
  });
});
